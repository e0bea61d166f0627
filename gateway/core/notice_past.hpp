// What ends a notice from outside: its dossier has moved on, or its time is over while it waits at
// a partner. Pure.
#pragma once

#include "gateway/core/notice_commands.hpp"

namespace gw::core {

/// NT-12: the dossier is at its end, past what this notice tells of; or nothing is owed any more.
/// `dossier`: null when it is not known. A notice that demands something is only past in the second
/// way.
bool is_past(const Document& notice, const Document* dossier);
/// Ends a waiting notice that is past.
NoticeStep end_past(const Document& notice);
/// A notice whose last try still waits in the queue: expired when its life is over.
NoticeStep step_queued(const Document& notice, Instant now);

}  // namespace gw::core
