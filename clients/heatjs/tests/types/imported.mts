// What a program in TypeScript sees through `import`; the check compiles it and runs nothing.
import heat, { heat as named, HeatError, type Annotation, type Heat, type Reply } from '@humanwire/heatjs';

const client: Heat = heat('live_key', { url: 'https://humans.example.com', timeout: 10, retries: 5 });
export const same: typeof heat = named;

export async function asks(): Promise<void> {
  const chosen = await client.requestMultipleChoice({ instruction: 'Which?', choices: ['a', 'b'] }, 30);
  const picked: string[] | null | undefined = chosen.response;
  const kept: string[] = chosen.choices;
  const rating: number | null | undefined = (await client.requestRating({ instruction: 'How old?' })).response;
  const marks: Annotation[] | null | undefined = (await client.requestAnnotations({ instruction: 'Mark' })).response;
  const again: Reply<'free-text'> = await client.getRequest<Reply<'free-text'>>(chosen.id, 30);
  const unknown: unknown = (await client.waitForRequest(chosen.id, { timeout: 600 })).response;
  void [picked, kept, rating, marks, again, unknown];

  // @ts-expect-error choices are required
  await client.requestMultipleChoice({ instruction: 'Which?' });
  // @ts-expect-error a majority has two numbers
  await client.requestFreeText({ instruction: 'Say', confidence: { strategy: 'majority' } });
  // @ts-expect-error there is no such field
  await client.requestRating({ instruction: 'How old?', rating_maximum: 9 });
}

export function reads(error: unknown): string {
  return error instanceof HeatError ? `${error.status ?? 'no reply'} ${error.code} ${error.field ?? ''}` : '';
}
