// Notices to citizens: made from events in the same commit, begun by the clock when their moment
// has come.
#pragma once

#include "gateway/core/notice_commands.hpp"
#include "gateway/engine/facts.hpp"
#include "gateway/ports/connector.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gw::engine {

/// Everything known about a phone. Errors: those of the store.
ports::Async<core::Contact> read_contact(
    ports::Store& store, std::string agency, std::string phone
);
/// The hook for ChangeNote::notice: settings outlive it.
NoticeMaker notice_maker(
    const core::NoticeSettings& settings, std::function<std::string(std::string_view)> new_id
);

/// Looks at every waiting notice when its moment has come: night, repeats, opt-outs, then its first
/// channel. All it needs stands in objects, so a restart loses nothing.
class NoticeClock : public ports::Job {
public:
    /// The references outlive this.
    NoticeClock(
        ports::Store& store,
        ports::Intake& intake,
        const Planner& plan,
        const core::NoticeSettings& settings,
        core::Duration every
    )
        : store_(store), intake_(intake), plan_(plan), settings_(settings), every_(every) {}
    std::string_view name() const override { return "notices.due"; }
    core::Duration every() const override { return every_; }
    ports::Async<void> run(core::Instant now) override;

private:
    struct Waiting {
        Waiting() = default;
        std::string agency;
        core::Instant due{};
    };
    ports::Async<void> read_new();
    ports::Async<void> look_at(std::string id, core::Instant now);
    ports::Async<std::string> key_holder(
        std::string agency, std::string key, core::Instant now, std::int64_t* version
    );
    ports::Async<void> commit(
        core::Object object,
        core::NoticeStep step,
        std::string phone,
        std::int64_t contact_version,
        core::ObjectWrite key,
        core::Instant now
    );

    ports::Store& store_;
    ports::Intake& intake_;
    const Planner& plan_;
    const core::NoticeSettings& settings_;
    core::Duration every_;
    std::map<std::string, Waiting> waiting_;  // by notice id
    std::optional<core::Instant> read_to_;    // notices written before were seen
};

}  // namespace gw::engine
