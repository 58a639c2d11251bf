// The same through `require`: the module is the function, and has the types beside it.
import heat = require('@humanwire/heatjs');

const client: heat.Heat = heat('live_key', { url: 'https://humans.example.com' });

export async function asks(): Promise<heat.Reply<'rating'>> {
  const params: heat.RatingParams = { instruction: 'How old?' };
  return client.requestRating(params, 30);
}

export function reads(error: unknown): string {
  return error instanceof heat.HeatError ? error.code : '';
}
