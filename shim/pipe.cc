/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGPIPE, which libxapian would otherwise have to be ignored by the whole process. */
#include "shim/handles.h"

#include <atomic>
#include <csignal>
#include <ctime>
#include <mutex>

#include <pthread.h>

namespace {

/* No server, no pipe: programs that read local databases pay nothing. */
std::atomic<bool> any_server{false};

std::mutex opening_mutex;
unsigned openings;       /* under way, under the mutex */
struct sigaction before; /* the first of them */

/* Of this thread: how many quiet_pipes live, and what they found. */
thread_local unsigned depth;
thread_local bool was_blocked, was_pending;

sigset_t only_pipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

bool is_pending() {
    sigset_t set;
    return sigpending(&set) == 0 && sigismember(&set, SIGPIPE) == 1;
}

void block() {
    sigset_t set = only_pipe(), old;
    was_pending = is_pending();
    pthread_sigmask(SIG_BLOCK, &set, &old);
    was_blocked = sigismember(&old, SIGPIPE) == 1;
}

void unblock() {
    sigset_t set = only_pipe();
    struct timespec now = {0, 0};
    if (!was_pending && is_pending())
        sigtimedwait(&set, nullptr, &now);
    if (!was_blocked)
        pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

} // namespace

namespace shim {

quiet_pipe::quiet_pipe() noexcept {
    if (!any_server.load(std::memory_order_relaxed))
        return;
    if (depth++ == 0)
        block();
    counted = true;
}

quiet_pipe::~quiet_pipe() {
    if (counted && --depth == 0)
        unblock();
}

loud_pipe::loud_pipe() noexcept : kept_depth(depth) {
    if (kept_depth)
        unblock();
    depth = 0;
}

loud_pipe::~loud_pipe() {
    if (kept_depth)
        block();
    depth = kept_depth;
}

kept_pipe::kept_pipe() noexcept {
    std::lock_guard<std::mutex> lock(opening_mutex);
    if (openings++ == 0)
        sigaction(SIGPIPE, nullptr, &before);
}

kept_pipe::~kept_pipe() {
    std::lock_guard<std::mutex> lock(opening_mutex);
    struct sigaction now;
    sigaction(SIGPIPE, nullptr, &now);
    bool changed = !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_IGN;
    if (changed)
        any_server.store(true, std::memory_order_relaxed);
    if (--openings == 0 && changed)
        sigaction(SIGPIPE, &before, nullptr);
}

} // namespace shim
