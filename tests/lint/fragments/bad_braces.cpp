// Fragment for the coroutine checker: an aggregate made in place.
awaitable<void> f() { co_await send({.url = u, .body = b}); }
