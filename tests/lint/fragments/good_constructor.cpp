// Fragment for the coroutine checker: a type with a constructor.
awaitable<void> f() { co_await send(Req(u, b)); }
