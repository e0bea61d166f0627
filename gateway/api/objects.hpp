// Commands on objects that have their own life beside the dossier: deliveries, payments, notices.
#pragma once

#include "gateway/api/effects.hpp"
#include "gateway/core/fact.hpp"

#include <functional>
#include <string>
#include <variant>

namespace gw::api {

/// Commits what was decided about `before` (version 0: it is new) with its events, legs and feed.
asio::awaitable<Commit> commit_change(
    Context& context, const Call& call, core::Object before, core::ObjectChange change, Reply reply
);

using ObjectCommand = std::function<std::variant<
    core::ObjectChange,
    core::Problem>(const core::Document& current, const core::CommandContext&)>;
/// Reads the object of path[0], runs the command, commits; races are run again. The answer is the
/// object as `shown` gives it.
asio::awaitable<Reply> change_object(
    Context& context,
    Call& call,
    std::string kind,
    ObjectCommand command,
    int status,
    core::Document (*shown)(const core::Document&)
);
/// The answer of GET …/{id}.
asio::awaitable<Reply> show_object(
    Context& context, Call& call, std::string kind, core::Document (*shown)(const core::Document&)
);

}  // namespace gw::api
