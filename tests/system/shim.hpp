// What preloaded shims need: the function that was there before, and their settings.
#pragma once

#include <dlfcn.h>

#include <cstdlib>
#include <string>

/// A name of its own: a preloaded library answers for every name it has.
namespace preload {

template <class F>
F real(const char* name) {
    return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

inline std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace preload
