// Fragment for the coroutine checker: an await alone in a condition.
awaitable<void> f() { if (auto r = co_await g(); r) { use({1, 2}); } }
