// Fragment for the coroutine checker: awaits in loops.
awaitable<void> f() { while (co_await more()) { step(); } for (auto x : co_await all()) { use(x); } }
