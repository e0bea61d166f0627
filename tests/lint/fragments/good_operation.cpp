// Fragment for the coroutine checker: an operation named first.
awaitable<void> f() { auto op = send({.url = u}); co_await std::move(op); }
