// Journal: a bounded deque in memory, everything in the sink.
#include "simulators/kit/journal.hpp"

#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"

#include <stdexcept>

namespace sim::kit {

std::string to_json(const Entry& e) {
    JsonWriter w;
    w.object()
        .field("sequence", e.sequence)
        .field("time", rfc3339(e.at))
        .field("direction", e.direction);
    w.field("service", e.service).field("key", e.key).field("body_sha256", e.body_sha256);
    w.field("effect", e.effect)
        .field("before", e.before)
        .field("after", e.after)
        .field("fault", e.fault);
    w.field("status", e.status).field("answer", is_utf8(e.answer) ? e.answer : hex(e.answer));
    return w.end_object().take();
}

Journal::Journal(std::size_t entries_max, std::size_t answer_bytes_max)
    : entries_max_(entries_max), answer_bytes_max_(answer_bytes_max) {}

std::uint64_t Journal::add(Entry entry) {
    entry.sequence = next_++;
    if (entry.answer.size() > answer_bytes_max_) {
        auto cut = answer_bytes_max_;
        while (cut > 0 && (static_cast<unsigned char>(entry.answer[cut]) & 0xc0) == 0x80) --cut;
        entry.answer.resize(cut);
        entry.answer += "…";
    }
    if (sink_) sink_(to_json(entry) + "\n");
    held_.push_back(std::move(entry));
    if (held_.size() > entries_max_) held_.pop_front();
    return next_ - 1;
}

void Journal::reset() {
    held_.clear();
    next_ = 1;
}

std::string Journal::json(const Query& query) const {
    std::deque<const Entry*> wanted;
    for (const auto& e : held_) {
        if (e.sequence < query.from || (!query.service.empty() && e.service != query.service) ||
            (!query.key.empty() && e.key != query.key))
            continue;
        if (wanted.size() == query.limit) {
            if (query.from > 0) break;
            wanted.pop_front();
        }
        if (query.limit > 0) wanted.push_back(&e);
    }
    JsonWriter w;
    w.object().field("written", written()).field("forgotten", forgotten()).key("entries").array();
    for (const auto* e : wanted) w.raw(to_json(*e));
    return w.end_array().end_object().take();
}

JournalFile::JournalFile(const std::string& path)
    : file_(std::fopen(path.c_str(), "ab")), path_(path) {
    if (!file_) throw std::runtime_error("journal: cannot open " + path);
}

JournalFile::~JournalFile() {
    std::fclose(file_);
}

void JournalFile::operator()(std::string_view line) {
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size())
        throw std::runtime_error("journal: cannot write " + path_);
}

void JournalFile::flush() {
    std::fflush(file_);
}

}  // namespace sim::kit
