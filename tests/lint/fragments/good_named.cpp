// Fragment for the coroutine checker: named, then moved.
awaitable<void> f() { Req req(u, b); co_await send(std::move(req)); }
