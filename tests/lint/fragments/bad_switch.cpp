// Fragment for the coroutine checker: switch over an await.
awaitable<void> f() { switch (co_await g()) { default: break; } }
