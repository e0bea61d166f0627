// Preloaded into PostgreSQL: every flush takes a millisecond longer, as the gateway's injected delay does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slow(const char* name, int file) {
    const struct timespec delay = {0, 1000000};
    nanosleep(&delay, 0);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(file);
}
int fsync(int file) {
    return slow("fsync", file);
}
int fdatasync(int file) {
    return slow("fdatasync", file);
}
