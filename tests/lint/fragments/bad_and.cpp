// Fragment for the coroutine checker: and between two awaits.
awaitable<void> f() { if (co_await a() && co_await b()) go(); }
