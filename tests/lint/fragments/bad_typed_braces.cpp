// Fragment for the coroutine checker: a typed aggregate made in place.
awaitable<void> f() { co_await send(Req{u, b}); }
