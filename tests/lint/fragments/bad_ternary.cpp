// Fragment for the coroutine checker: a conditional.
awaitable<void> f() { auto s = b ? co_await g() : std::string(); }
