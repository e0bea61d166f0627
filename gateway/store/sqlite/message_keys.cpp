// The keys of the messages that came: found, kept in memory, written in the order of keys.
#include "gateway/store/sqlite/message_keys.hpp"

#include "gateway/store/rows.hpp"

#include <algorithm>

namespace gw::store::sqlite {

MessageKeys::MessageKeys(Database& db, std::size_t memory_max)
    : memory_max_(memory_max),
      find_(db, "SELECT digest, message_id FROM inbox WHERE key = ?1"),
      // Known already: the round that wrote it was not the last before the process ended.
      write_(db, "INSERT OR IGNORE INTO inbox (key, digest, message_id) VALUES (?1, ?2, ?3)"),
      drop_(db, "DELETE FROM inbox WHERE key = ?1"),
      set_written_to_(db, "UPDATE meta SET value = ?1 WHERE name = 'keys_written_to'") {
    newest_ = db.number("SELECT value FROM meta WHERE name = 'keys_written_to'");
    Statement missing(
        db,
        "SELECT id, partner, message_key, digest FROM message WHERE id > ?1 AND message_key <> '' "
        "ORDER BY id"
    );
    Rows rows = missing.query(newest_);
    while (rows.next()) {
        Seen seen;
        seen.message = newest_ = rows.integer(0);
        seen.digest = rows.digest(3);
        kept_.emplace(key_of({rows.view(1), rows.view(2)}), seen);
    }
    round_began_at_ = newest_;
}

std::optional<MessageKeys::Seen> MessageKeys::find(const std::string& key) {
    const auto added = std::find_if(added_.begin(), added_.end(), [&](const auto& pair) {
        return pair.first == key;
    });
    if (added != added_.end()) return added->second;
    if (const auto it = kept_.find(key); it != kept_.end()) return it->second;
    Rows rows = find_.query(Blob(key));
    if (!rows.next()) return std::nullopt;
    Seen seen;
    seen.digest = rows.digest(0);
    seen.message = rows.integer(1);
    return seen;
}

void MessageKeys::add(std::string key, const Seen& seen) {
    added_.emplace_back(std::move(key), seen);
}

void MessageKeys::write(const std::string& key, const core::Digest& digest, std::int64_t message) {
    write_.run(Blob(key), Blob(digest), message);
}

void MessageKeys::forget(const std::string& key) {
    drop_.run(Blob(key));
    const std::lock_guard lock(mutex_);  // taken back: then the table has it again
    kept_.erase(key);
}

void MessageKeys::undo(std::size_t keep) {
    added_.resize(std::min(keep, added_.size()));
    written_.clear();
    round_ended_ = false;
}

void MessageKeys::write_out() {
    constexpr std::size_t least = 16;
    if (added_.empty() || kept_.size() + added_.size() <= memory_max_) return;
    const std::size_t over = kept_.size() + added_.size() - memory_max_;
    const std::size_t count = std::min({over, kept_.size(), 2 * added_.size() + least});
    auto it = kept_.lower_bound(next_);
    while (written_.size() < count) {
        if (it == kept_.end()) {
            set_written_to_.run(round_began_at_);
            round_ended_ = true;
            it = kept_.begin();
        }
        write_.run(Blob(it->first), Blob(it->second.digest), it->second.message);
        written_.push_back(it->first);
        ++it;
    }
}

void MessageKeys::committed() {
    if (added_.empty()) return;
    const std::lock_guard lock(mutex_);
    if (round_ended_) round_began_at_ = newest_;
    for (const std::string& key : written_) kept_.erase(key);
    if (!written_.empty()) next_ = written_.back();
    for (auto& [key, seen] : added_) {
        newest_ = std::max(newest_, seen.message);
        kept_.emplace(std::move(key), seen);
    }
    added_.clear();
    written_.clear();
    round_ended_ = false;
}

std::optional<MessageKeys::Seen> MessageKeys::in_memory(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto it = kept_.find(key);
    if (it == kept_.end()) return std::nullopt;
    return it->second;
}

}  // namespace gw::store::sqlite
