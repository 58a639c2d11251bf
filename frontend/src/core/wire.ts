/** What the worker API sends and takes, as TypeScript sees it. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type ResourceType = 'text' | 'image' | 'video' | 'audio' | 'website';

export interface Attachment {
  type: ResourceType;
  value: string;
}

/** Of an attachment, in pixels of the original; zeros where it has none. */
export interface Size {
  width: number;
  height: number;
}

export interface ChoiceQuestion {
  choices: string[];
  choices_type: ResourceType;
  min: number;
  /** 0 means no limit. */
  max: number;
}

export interface TextQuestion {
  validation: 'none' | 'number' | 'url';
}

export interface RatingQuestion {
  min: number;
  max: number;
  step: number;
  label_min?: string | null;
  label_max?: string | null;
}

export type MediaType = 'image' | 'video' | 'audio';

export interface MediaQuestion {
  media: MediaType;
}

export interface AnnotationQuestion {
  shape: 'point' | 'rectangle';
  min: number;
  /** 0 means no limit. */
  max: number;
  /** Asked about each mark. */
  inner?: InnerQuestion | null;
}

export type InnerQuestion = { instruction: string } & (
  | ({ kind: 'choice' } & ChoiceQuestion)
  | ({ kind: 'text' } & TextQuestion)
  | ({ kind: 'rating' } & RatingQuestion)
);

/** Boxes on one picture, each with a tag. */
export interface PhotoTagQuestion {
  /** The tags to choose from; empty: any text. */
  tags: string[];
}

export interface FormField {
  name: string;
  type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'POINT' | 'ENUM';
  /** Of an ENUM. */
  choices: string[];
}

export interface FormQuestion {
  /** `top-left`, `top-right`, `bottom-right` and `bottom-left` together are answered by one box. */
  fields: FormField[];
  /** What the caller sent beside the question, shown to the worker. */
  context: { name: string; value: Json }[];
}

export type TrackerType = 'rectangle' | 'polygon' | 'line' | 'cuboid' | 'landmark';

export interface TrackingAttribute {
  name: string;
  type: 'text' | 'single' | 'multiple';
  /** Of `single` and `multiple`. */
  choices: string[];
  /** Whether it may differ from frame to frame, or belongs to the whole track. */
  per: 'frame' | 'tracker';
}

export interface TrackingLabel {
  name: string;
  /** The shape that the label is drawn with; null: any of the question's. */
  shape: TrackerType | null;
  /** `#rrggbb`; null: the workspace picks one. */
  color: string | null;
  attributes: TrackingAttribute[];
  /** A landmark's skeleton: the names of its points in order, and pairs of those names. */
  points: string[];
  edges: [string, string][];
}

export interface TrackingFrame {
  frame_id: string;
  src: string;
}

export interface TrackingVideo {
  src: string;
  fps: number;
  /** Its frames are called `frame1` … */
  frame_count: number;
}

/** Frames, or a video in their place. */
export interface TrackingQuestion {
  frames: TrackingFrame[];
  video: TrackingVideo | null;
  /** The shapes that may be drawn; empty: all. */
  shapes: TrackerType[];
  /** Empty: the label is any text. */
  labels: TrackingLabel[];
  /** Pre-labels: trackers to be corrected, as they were sent. */
  annotations: Tracker[];
}

/** A fraction of the frame's width and height, 0 to 1. */
export interface Fraction {
  x: number;
  y: number;
  /** Of a landmark's point. */
  label?: number;
}

/** One object in one frame; fields beyond these are kept as they came. */
export interface TrackerAnnotation {
  _id?: string;
  /** Empty: the tracker's. */
  label?: string;
  attributes?: Record<string, { value: string | string[] }>;
  /** A rectangle's four corners, in the order in which they were sent. */
  coordinates?: Fraction[];
  /** The named points of any other shape. */
  points?: Record<string, Fraction>;
  /** Names of a polygon's, line's or landmark's edges, each a pair of point names. */
  edges?: Record<string, [string, string]>;
  /** A cuboid's faces, by point names. */
  front?: { coordinates: string[] };
  side?: { coordinates: string[] };
  back?: { coordinates: string[] };
  /** Computed between two key frames; absent: a key frame. */
  interpolated?: boolean;
}

/** One object through the frames in which it is seen. */
export interface Tracker {
  _id?: string;
  type: TrackerType;
  label: string;
  /** Of the whole track, beside those of its frames. */
  attributes?: Record<string, { value: string | string[] }>;
  frames: Record<string, TrackerAnnotation>;
}

/** A kind and the question that goes with it. */
export type Asked =
  | { kind: 'choice'; question: ChoiceQuestion }
  | { kind: 'text'; question: TextQuestion }
  | { kind: 'rating'; question: RatingQuestion }
  | { kind: 'media'; question: MediaQuestion }
  | { kind: 'annotation'; question: AnnotationQuestion }
  | { kind: 'photo-tag'; question: PhotoTagQuestion }
  | { kind: 'form'; question: FormQuestion }
  | { kind: 'tracking'; question: TrackingQuestion };

export type Task = Asked & {
  id: string;
  project: string;
  /** A digest of the project's guidelines; null: it has none. */
  guidelines?: string | null;
  type: string;
  instruction: string;
  attachments: Attachment[];
  /** Original media address to the address on this server. */
  sources: Record<string, string>;
  created_at: string;
};

export interface Draft {
  version: number;
  body: Json;
}

export interface Assignment {
  id: string;
  expires_at: string;
  lease_seconds: number;
  draft: Draft | null;
  task: Task;
}

export interface Me {
  name: string;
  number: number;
  projects: { id: string; name: string }[];
  counts: { answered: number; skipped: number; flagged: number };
}

/** How an answer of the worker's own stands. */
export interface PastState {
  assignment: string;
  answered_at: string;
  corrected_at: string | null;
  /** False: it came after the end. */
  counted: boolean;
  /** The task is still open. */
  correctable: boolean;
  status: 'pending' | 'complete' | 'flagged' | 'aborted';
}

/** One of a list; a long response is left out. */
export interface PastAnswer extends PastState {
  response: Json;
  task: { id: string; project: string; type: string; kind: string; instruction: string };
}

/** One whole, to be looked at or corrected. */
export interface PastWork extends PastState {
  response: Json;
  draft: Draft | null;
  task: Task;
}

/** Which workflow is tried. */
export interface TrialQuery {
  project: string;
  workflow: string;
  pictures: string[];
}

export interface Trial {
  version: number;
  task: Task;
}

/** Answers of the worker's own. */
export interface Progress {
  /** Since the moment that was asked about. */
  answered: number;
  last_hour: number;
  total: { answered: number; skipped: number; flagged: number };
}

export interface Upload {
  id: string;
  url: string;
  type: string;
  bytes: number;
}

/** What is sent for an answer. */
export interface Answered {
  response: Json;
  media?: Size[];
  seconds: number;
}

/** How a worker ends an assignment. */
export type Act =
  | { verb: 'answer'; body: Answered }
  | { verb: 'skip'; body: { reason?: string } }
  | { verb: 'flag'; body: { feedback: string } };

export type GoneReason = 'lapsed' | 'aborted' | 'withdrawn';
