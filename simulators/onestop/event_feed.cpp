// Reads pages of the feed without touching the bytes of their items, and keeps them.
#include "simulators/onestop/event_feed.hpp"

#include "simulators/onestop/json.hpp"

#include <algorithm>

namespace sim::onestop {
namespace {
std::int64_t number_of(const rapidjson::Value& object, const char* name) {
    const auto it = object.FindMember(name);
    return it != object.MemberEnd() && it->value.IsInt64() ? it->value.GetInt64() : 0;
}

/// The end of the JSON object that begins at `at`; npos when it does not end.
std::size_t end_of_object(std::string_view text, std::size_t at) {
    int depth = 0;
    bool quoted = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c == '\\') ++at;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}
}  // namespace

std::optional<FeedEvent> read_event(std::string_view raw) {
    rapidjson::Document tree;
    tree.Parse(raw.data(), raw.size());
    if (tree.HasParseError() || !tree.IsObject()) return std::nullopt;
    FeedEvent event;
    event.id = text_of(tree, "id");
    event.type = text_of(tree, "type");
    event.timestamp = text_of(tree, "timestamp");
    event.dossier = text_of(tree, "dossier_code");
    event.seq = number_of(tree, "seq");
    event.dossier_seq = number_of(tree, "dossier_seq");
    event.raw = raw;
    if (event.id.empty() || event.type.empty() || !tree.HasMember("data")) return std::nullopt;
    event.subject = text_of(tree["data"], "inbox_id");
    return event;
}

std::optional<FeedPage> read_page(std::string_view body) {
    constexpr std::string_view head = "{\"items\":[";
    if (!body.starts_with(head)) return std::nullopt;
    FeedPage page;
    std::size_t at = head.size();
    while (at < body.size() && body[at] != ']') {
        if (body[at] == ',') ++at;
        const auto end = end_of_object(body, at);
        if (end == std::string_view::npos) return std::nullopt;
        auto event = read_event(body.substr(at, end - at));
        if (!event || event->seq <= 0) return std::nullopt;
        page.items.push_back(std::move(*event));
        at = end;
    }
    std::string rest = "{\"items\":[";
    rest += body.substr(std::min(at, body.size()));
    rapidjson::Document tree;
    tree.Parse(rest.c_str());
    if (tree.HasParseError() || !tree.HasMember("has_more") || !tree["has_more"].IsBool())
        return std::nullopt;
    page.next = text_of(tree, "next");
    page.has_more = tree["has_more"].GetBool();
    if (page.next.empty()) return std::nullopt;
    return page;
}

std::vector<FeedEvent> EventJournal::take(const FeedPage& page) {
    std::vector<FeedEvent> fresh;
    for (const auto& event : page.items) {
        if (const auto* known = find(event.id); known != nullptr) {
            ++repeated_;
            if (known->raw != event.raw) fault(event.id + " came again with other bytes");
            continue;
        }
        if (!events_.empty() && event.seq <= events_.back().seq)
            fault(event.id + " appeared before what was read already");
        by_id_[event.id] = events_.size();
        events_.push_back(event);
        fresh.push_back(event);
    }
    cursor_ = page.next;
    if (cursors_.back() != cursor_) cursors_.push_back(cursor_);
    if (sink_ && !page.items.empty()) {
        std::string line = "{\"next\":\"" + page.next + "\",\"items\":[";
        for (const auto& event : page.items) line += event.raw + ",";
        line.back() = ']';
        sink_(line + "}\n");
    }
    return fresh;
}

void EventJournal::lose_cursor(double chance) {
    const auto last = cursors_.size() - 1;
    const auto kept = static_cast<std::size_t>(chance * static_cast<double>(last));
    cursors_.resize(std::max<std::size_t>(kept, 1));
    cursor_ = cursors_.back();
}

const FeedEvent* EventJournal::find(const std::string& id) const {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : &events_[it->second];
}

void EventJournal::fault(std::string what) {
    ++fault_count_;
    if (faults_.size() < 20) faults_.push_back(std::move(what));
}

void EventJournal::compare_with(const std::vector<FeedEvent>& again) {
    for (std::size_t i = 0; i < std::max(again.size(), events_.size()); ++i) {
        if (i < again.size() && i < events_.size() && again[i].raw == events_[i].raw) continue;
        const auto& event = i < events_.size() ? events_[i] : again[i];
        return fault("the feed read once more differs at its item " + event.id);
    }
}

std::vector<std::string> feed_gaps(const std::vector<FeedEvent>& events) {
    std::vector<std::string> found;
    std::map<std::string, std::int64_t> last;
    std::int64_t before = 0;
    for (const auto& event : events) {
        if (event.seq <= before)
            found.push_back(event.id + ": seq " + std::to_string(event.seq) + " does not rise");
        before = event.seq;
        if (event.dossier.empty()) continue;
        auto& seen = last[event.dossier];
        if (event.dossier_seq != seen + 1)
            found.push_back(
                event.dossier + ": dossier_seq " + std::to_string(event.dossier_seq) + " follows " +
                std::to_string(seen)
            );
        seen = event.dossier_seq;
    }
    return found;
}

}  // namespace sim::onestop
