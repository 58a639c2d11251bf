"""What native requests would be called that ask the same as a workflow."""

from humanwire.core.questions import (
    Annotation,
    AnyQuestion,
    Choice,
    Form,
    Media,
    PhotoTag,
    Prediction,
    Rating,
    Text,
    Tracking,
)


def is_single(question: AnyQuestion) -> bool:
    """Tell whether the answer is one choice, which a result shows without its list."""
    return isinstance(question, Choice) and question.max == 1


def type_of(question: AnyQuestion) -> str:
    """Return the native type of a question."""
    match question:
        case Choice():
            return "multiple-choice"
        case Text():
            return "free-text"
        case Rating():
            return "rating"
        case Media():
            return question.media
        case PhotoTag():
            return "photo-tag"
        case Prediction():
            return "prediction"
        case Form():
            return "form"
        case Tracking():
            return "tracking"
        case Annotation(inner=Choice()):
            return "annotations-with-multiple-choice"
        case Annotation(inner=Text()):
            return "annotations-with-free-text"
        case Annotation(inner=Rating()):
            return "annotations-with-rating"
        case Annotation():
            return "annotations"
