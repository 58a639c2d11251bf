// What is asked and what comes back, as the Heat API names it.

/** What an attachment or a choice is: text, or the address of something to see or hear. */
export type ResourceType = 'text' | 'image' | 'video' | 'audio' | 'website';

/** When an answer counts: the first one, one that enough people agree on, or all of them. */
export type Confidence =
  | { strategy: 'single' }
  | { strategy: 'majority'; min_agreements: number; max_crunchers: number }
  | { strategy: 'collect'; answers: number };

/** What every request may carry. */
export interface Params {
  /** What exactly is requested, as a sentence in natural language. */
  instruction: string;
  attachments_type?: ResourceType | undefined;
  /** What people need to see: texts, or addresses. */
  attachments?: string[] | undefined;
  /** The request is POSTed there when it ends. */
  hook_url?: string | undefined;
  /** Ids from `raw_responses`: these people never see the request. */
  exclude_crunchers?: string[] | undefined;
  confidence?: Confidence | undefined;
  /** An object of your own: kept and given back. */
  metadata?: Record<string, unknown> | undefined;
  /** 1 to 10; 10 is served first. Default 5. */
  priority?: number | undefined;
  /** A time in ISO 8601; what has not ended by then is aborted. */
  deadline?: string | undefined;
}

export interface Choosing {
  choices_type?: ResourceType | undefined;
  choices: string[];
  /** Default 1. */
  min_answers?: number | undefined;
  /** 0, the default, is no limit. */
  max_answers?: number | undefined;
}

export interface Writing {
  validation?: 'number' | 'url' | undefined;
}

export interface Scale {
  /** Default 0. */
  rating_min?: number | undefined;
  /** Default 100. */
  rating_max?: number | undefined;
  /** Default 1. */
  rating_step?: number | undefined;
  label_min?: string | undefined;
  label_max?: string | undefined;
}

export interface MultipleChoiceParams extends Params, Choosing {}
export interface FreeTextParams extends Params, Writing {}
export interface RatingParams extends Params, Scale {}

export interface AnnotationsParams extends Params {
  annotations_type?: 'point' | 'rectangle' | undefined;
  /** Default 1. */
  min_annotations?: number | undefined;
  /** 0, the default, is no limit. */
  max_annotations?: number | undefined;
}

interface Question {
  /** What is asked about each mark. */
  instruction: string;
}

export interface AnnotationsWithMultipleChoiceParams extends AnnotationsParams {
  per_annotation: Question & Choosing;
}
export interface AnnotationsWithFreeTextParams extends AnnotationsParams {
  per_annotation: Question & Writing;
}
export interface AnnotationsWithRatingParams extends AnnotationsParams {
  per_annotation: Question & Scale;
}

/** A place that was marked. Which fields it has depends on what it was marked on. */
export interface Annotation {
  /** Pixels of the original picture or film. */
  x?: number;
  y?: number;
  /** The corner opposite, of a rectangle. */
  x2?: number;
  y2?: number;
  /** Seconds from the beginning of a film or sound. */
  t?: number;
  /** A range of a text, in code points. */
  start?: number;
  end?: number;
  /** Which attachment, from 0, where there is more than one. */
  attachment_index?: number;
}

/** A place that was marked, and what was answered about it. */
export interface AnsweredAnnotation<Response> extends Annotation {
  response: Response;
}

/** `pending` until it ends as one of the others. */
export type Status = 'pending' | 'complete' | 'flagged' | 'aborted';

/** A request as it stands. The fields that it was made with come after these. */
export interface Asked<Response> {
  id: string;
  status: Status;
  type: string;
  /** Once complete; null when people did not agree. */
  response?: Response | null;
  /** Once ended: each answer, by the id of who gave it. */
  raw_responses?: Record<string, Response>;
  /** When flagged: why it cannot be done. */
  cruncher_feedback?: string | null;
  /** When aborted, and not by you: why. */
  aborted_reason?: string;
}

/** Each type of request: what it takes, and what its response is. */
export interface Types {
  'multiple-choice': [MultipleChoiceParams, string[]];
  'free-text': [FreeTextParams, string];
  rating: [RatingParams, number];
  image: [Params, string];
  video: [Params, string];
  audio: [Params, string];
  annotations: [AnnotationsParams, Annotation[]];
  'annotations-with-multiple-choice': [
    AnnotationsWithMultipleChoiceParams,
    AnsweredAnnotation<string[]>[],
  ];
  'annotations-with-free-text': [AnnotationsWithFreeTextParams, AnsweredAnnotation<string>[]];
  'annotations-with-rating': [AnnotationsWithRatingParams, AnsweredAnnotation<number>[]];
}

/** What a request of a type resolves to: the request as it stands, with its own fields. */
export type Reply<Type extends keyof Types> = Asked<Types[Type][1]> & Types[Type][0];

/** A request of any type, as it is read by its id. */
export type AnyRequest = Asked<unknown> & Record<string, unknown>;
