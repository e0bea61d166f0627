// Fragment for the coroutine checker: a lambda as argument.
awaitable<void> f() { co_await call([big] { use(big); }); }
