/**
 * @module What one of several processes may use where they cannot agree: an equal part of everything.
 */
import type { AcquireRequest, BudgetNews, Need } from "./limiter-store.ts";

/** A part of less than one is one in a longer time. */
export function shareOfRequest(request: AcquireRequest, processes: number): AcquireRequest {
  return { ...request, needs: request.needs.map((need) => shareOfNeed(need, processes)) };
}

function shareOfNeed(need: Need, processes: number): Need {
  switch (need.kind) {
    case "budget":
      return { ...need, reserve: Math.ceil(need.reserve / processes) };
    case "window": {
      const limit = Math.floor(need.limit / processes);
      return limit >= 1
        ? { ...need, limit }
        : { ...need, limit: 1, windowMs: need.windowMs * Math.ceil(processes / need.limit) };
    }
    case "concurrent":
      return { ...need, limit: Math.max(1, Math.floor(need.limit / processes)) };
    case "serial":
      return { ...need, gapMs: need.gapMs * processes };
  }
}

export function shareOfNews(news: BudgetNews, processes: number): BudgetNews {
  return {
    ...news,
    limit: news.limit <= 0 ? news.limit : Math.max(1, Math.floor(news.limit / processes)),
    remaining: Math.floor(news.remaining / processes),
  };
}
