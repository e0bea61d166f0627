// A bulk replay as it is kept.
#include "gateway/api/replay_course.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr std::size_t part_size = 500;

std::string part_id(const std::string& job, std::size_t n) {
    return job + ":" + std::to_string(n);
}

std::string part_body(const std::vector<std::int64_t>& legs, std::string outcomes) {
    auto ids = Document::list();
    for (const auto leg : legs) ids.push(Document::number(leg));
    auto body = Document::object();
    body.set("legs", std::move(ids));
    body.set("outcomes", Document::text(std::move(outcomes)));
    return formats::write_json(body);
}

core::Error damaged() {
    return core::give_up("replay.damaged", "the list of a replay is not the one that was frozen");
}

}  // namespace

std::string_view to_word(ReplayOutcome outcome) {
    switch (outcome) {
        case ReplayOutcome::waiting:
            return "waiting";
        case ReplayOutcome::open:
            return "open";
        case ReplayOutcome::again:
            return "retrying";
        case ReplayOutcome::behind:
            return "behind";
        case ReplayOutcome::delivered:
            return "delivered";
        case ReplayOutcome::failed:
            return "failed";
        case ReplayOutcome::moved:
            return "moved_on";
    }
    return "";
}

std::string replay_digest(const std::vector<std::int64_t>& legs) {
    std::string lines;
    for (const auto leg : legs) lines += std::to_string(leg) + "\n";
    return crypto::to_hex(crypto::sha256(lines));
}

std::vector<core::ObjectWrite> replay_parts(
    const std::string& agency,
    const std::string& job,
    const std::vector<std::int64_t>& legs,
    core::Instant now
) {
    std::vector<core::ObjectWrite> writes;
    for (std::size_t from = 0; from < legs.size(); from += part_size) {
        const auto to = std::min(legs.size(), from + part_size);
        const std::vector<std::int64_t> some(
            legs.begin() + static_cast<std::ptrdiff_t>(from),
            legs.begin() + static_cast<std::ptrdiff_t>(to)
        );
        core::ObjectWrite write;
        write.object.kind = replay_part_kind;
        write.object.agency = agency;
        write.object.id = part_id(job, writes.size());
        write.object.body = part_body(some, std::string(some.size(), 'w'));
        write.object.created_at = write.object.updated_at = now;
        writes.push_back(std::move(write));
    }
    return writes;
}

std::vector<std::string> ReplayCourse::part_ids(const core::Object& job) {
    std::vector<std::string> ids;
    const auto body = formats::read_stored(job.body);
    const auto* total = body ? body->find("total") : nullptr;
    const auto legs = total == nullptr ? 0 : total->as_integer().value_or(0);
    for (std::size_t n = 0; n * part_size < static_cast<std::size_t>(legs); ++n)
        ids.push_back(part_id(job.id, n));
    return ids;
}

core::Result<ReplayCourse> ReplayCourse::read(
    const core::Object& job, const std::vector<core::Object>& parts
) {
    ReplayCourse course;
    auto body = formats::read_stored(job.body);
    if (!body) return body.error();
    course.job = job;
    course.body = std::move(*body);
    std::vector<std::int64_t> all;
    for (std::size_t n = 0; n < parts.size(); ++n) {
        const auto id = part_id(job.id, n);
        const auto found = std::find_if(parts.begin(), parts.end(), [&](const core::Object& o) {
            return o.id == id;
        });
        const auto said = found == parts.end() ? damaged() : formats::read_stored(found->body);
        if (!said) return damaged();
        Part part;
        part.object = *found;
        part.outcomes = said->text_of("outcomes");
        const auto* legs = said->find("legs");
        if (legs == nullptr) return damaged();
        for (const auto& leg : legs->items()) part.legs.push_back(leg.as_integer().value_or(0));
        if (part.legs.size() != part.outcomes.size()) return damaged();
        all.insert(all.end(), part.legs.begin(), part.legs.end());
        course.parts_.push_back(std::move(part));
    }
    course.size_ = all.size();
    if (replay_digest(all) != course.body.text_of("sha256")) return damaged();
    return course;
}

std::int64_t ReplayCourse::leg(std::size_t i) const {
    return parts_[i / part_size].legs[i % part_size];
}

ReplayOutcome ReplayCourse::outcome(std::size_t i) const {
    return static_cast<ReplayOutcome>(parts_[i / part_size].outcomes[i % part_size]);
}

void ReplayCourse::set(std::size_t i, ReplayOutcome outcome) {
    Part& part = parts_[i / part_size];
    char& letter = part.outcomes[i % part_size];
    if (letter == static_cast<char>(outcome)) return;
    letter = static_cast<char>(outcome);
    part.changed = changed_ = true;
}

void ReplayCourse::set(const char* name, Document value) {
    const auto* before = body.find(name);
    if (before != nullptr && *before == value) return;
    body.set(name, std::move(value));
    changed_ = true;
}

std::int64_t ReplayCourse::count(ReplayOutcome outcome) const {
    std::int64_t sum = 0;
    for (const Part& part : parts_)
        sum += std::count(part.outcomes.begin(), part.outcomes.end(), static_cast<char>(outcome));
    return sum;
}

ports::Acceptance ReplayCourse::to_write(core::Instant now) {
    using enum ReplayOutcome;
    for (const auto outcome : {waiting, open, again, behind, delivered, failed, moved})
        body.set(std::string(to_word(outcome)), Document::number(count(outcome)));
    body.set("done", Document::number(static_cast<std::int64_t>(size_) - count(waiting)));
    ports::Acceptance acceptance;
    auto& message = acceptance.message;
    message.partner = message.kind = "replays";
    message.agency = job.agency;
    message.received_at = now;
    message.body = std::make_shared<const std::string>("{}");
    message.digest = crypto::sha256(*message.body);
    acceptance.needed = true;  // what was sent back must be known as such
    const auto add = [&](core::Object object) {
        core::ObjectWrite write;
        write.expected_version = object.version;
        object.updated_at = now;
        write.object = std::move(object);
        acceptance.objects.push_back(std::move(write));
    };
    job.state = body.text_of("state");
    job.body = formats::write_json(body);
    add(job);
    for (Part& part : parts_) {
        if (!part.changed) continue;
        part.object.body = part_body(part.legs, part.outcomes);
        add(part.object);
    }
    return acceptance;
}

void ReplayCourse::written() {
    ++job.version;
    for (Part& part : parts_) {
        if (!part.changed) continue;
        ++part.object.version;
        part.changed = false;
    }
    changed_ = false;
}

}  // namespace gw::api
