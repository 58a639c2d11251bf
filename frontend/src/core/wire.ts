/** What the worker API sends and takes, as TypeScript sees it. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type ResourceType = 'text' | 'image' | 'video' | 'audio' | 'website';

export interface Attachment {
  type: ResourceType;
  value: string;
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
  shape: string;
  min: number;
  max: number;
  inner?: Json;
}

/** A kind and the question that goes with it. */
export type Asked =
  | { kind: 'choice'; question: ChoiceQuestion }
  | { kind: 'text'; question: TextQuestion }
  | { kind: 'rating'; question: RatingQuestion }
  | { kind: 'media'; question: MediaQuestion }
  | { kind: 'annotation'; question: AnnotationQuestion };

export type Task = Asked & {
  id: string;
  project: string;
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

export interface Upload {
  id: string;
  url: string;
  type: string;
  bytes: number;
}

/** How a worker ends an assignment. */
export type Act =
  | { verb: 'answer'; body: { response: Json; seconds: number } }
  | { verb: 'skip'; body: { reason?: string } }
  | { verb: 'flag'; body: { feedback: string } };

export type GoneReason = 'lapsed' | 'aborted' | 'withdrawn';
