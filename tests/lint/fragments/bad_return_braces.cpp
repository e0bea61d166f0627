// Fragment for the coroutine checker: an aggregate that holds an await.
awaitable<R> f() { auto r = R{.a = s, .b = co_await g()}; co_return r; }
