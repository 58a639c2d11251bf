// What `require` gives: the function itself, as programs written for the Heat API expect.

import { HeatError as HeatErrorClass } from './error.js';
import { heat as connect } from './heat.js';
import type * as client from './heat.js';
import type * as requests from './requests.js';
import type * as wire from './wire.js';

function heat(key: string, options?: wire.Options): client.Heat {
  return connect(key, options);
}

namespace heat {
  export const HeatError = HeatErrorClass;
  export type HeatError = HeatErrorClass;
  export type ResourceType = requests.ResourceType;
  export type Confidence = requests.Confidence;
  export type Params = requests.Params;
  export type MultipleChoiceParams = requests.MultipleChoiceParams;
  export type FreeTextParams = requests.FreeTextParams;
  export type RatingParams = requests.RatingParams;
  export type AnnotationsParams = requests.AnnotationsParams;
  export type AnnotationsWithMultipleChoiceParams = requests.AnnotationsWithMultipleChoiceParams;
  export type AnnotationsWithFreeTextParams = requests.AnnotationsWithFreeTextParams;
  export type AnnotationsWithRatingParams = requests.AnnotationsWithRatingParams;
  export type Annotation = requests.Annotation;
  export type AnsweredAnnotation<Response> = requests.AnsweredAnnotation<Response>;
  export type Status = requests.Status;
  export type Asked<Response> = requests.Asked<Response>;
  export type Types = requests.Types;
  export type Reply<Type extends keyof Types> = requests.Reply<Type>;
  export type AnyRequest = requests.AnyRequest;
  export type Heat = client.Heat;
  export type Ask<Type extends keyof Types> = client.Ask<Type>;
  export type AskOptions = client.AskOptions;
  export type WaitOptions = client.WaitOptions;
  export type Options = wire.Options;
  export type CallOptions = wire.CallOptions;
}

export = heat;
