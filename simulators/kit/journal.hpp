// The append-only record of what a simulator received, what effect it had and what it answered.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace sim::kit {

namespace core = gw::core;

struct Entry {
    Entry() = default;
    std::uint64_t sequence = 0;  // from 1, without gaps
    core::Instant at{};
    std::string service, key;      // "DongBoHoSoMC", dossier code
    std::string direction = "in";  // "in": somebody called us; "out": we called
    std::string body_sha256;
    std::string effect = "none";  // none, create, update, repeat, line, duplicate_line, …
    std::string before, after;    // state in short, e.g. the status
    std::string fault;            // switch that struck, "" = none
    int status = 0;               // HTTP; 0 = no answer was given
    std::string answer;           // beginning of the answer
};
std::string to_json(const Entry& entry);

/// Memory holds the newest entries within a bound; every entry goes to the sink first, so nothing
/// is forgotten silently: `written` and `forgotten` say how many there are and how many left the
/// memory.
class Journal {
public:
    using Sink = std::function<void(std::string_view line)>;
    explicit Journal(std::size_t entries_max = 20'000, std::size_t answer_bytes_max = 2'048);

    /// Gives the sequence. The answer is cut to the bound, with "…" at the end.
    std::uint64_t add(Entry entry);
    /// One JSON line for each entry, with its line feed.
    void set_sink(Sink sink) { sink_ = std::move(sink); }

    const std::deque<Entry>& held() const { return held_; }
    std::uint64_t written() const { return next_ - 1; }
    std::uint64_t forgotten() const { return written() - held_.size(); }
    void reset();

    struct Query {
        std::uint64_t from = 0;  // first sequence wanted
        std::size_t limit = 200;
        std::string service, key;  // "" = any
    };
    /// {"written", "forgotten", "entries": […]}, oldest first; without `from` the newest `limit`.
    std::string json(const Query& query) const;

private:
    std::size_t entries_max_, answer_bytes_max_;
    std::uint64_t next_ = 1;
    std::deque<Entry> held_;
    Sink sink_;
};

/// A file that lines are appended to. Throws std::runtime_error when it cannot be opened or
/// written.
class JournalFile {
public:
    explicit JournalFile(const std::string& path);
    ~JournalFile();
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;
    void operator()(std::string_view line);
    void flush();

private:
    std::FILE* file_;
    std::string path_;
};

}  // namespace sim::kit
