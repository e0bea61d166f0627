// The keys of the messages that came: table `inbox`, and before it the newest ones in memory.
#pragma once

#include "gateway/store/sqlite/database.hpp"

#include <map>
#include <mutex>
#include <vector>

namespace gw::store::sqlite {

/// Keys are digests: written as they come, each would change a page of its own. So the newest wait
/// in memory and go to the table in the order of keys, those that lie side by side together. They
/// are not lost with the process: their messages name them, and meta `keys_written_to` says up to
/// which message every key is in the table.
class MessageKeys {
public:
    struct Seen {
        core::Digest digest{};
        std::int64_t message = 0;
    };
    /// Reads the keys that the table may lack. memory_max: how many stay in memory.
    MessageKeys(Database& db, std::size_t memory_max);

    // On the writer's thread, inside its transaction.
    std::optional<Seen> find(const std::string& key);
    void add(std::string key, const Seen& seen);
    /// To the table now, whether or not it is still in memory: its message leaves.
    void write(const std::string& key, const core::Digest& digest, std::int64_t message);
    /// Its message is gone for good.
    void forget(const std::string& key);
    std::size_t added() const { return added_.size(); }
    /// Takes back all but the first `keep` of the keys that this transaction added.
    void undo(std::size_t keep);
    /// Before the commit: what is too much in memory goes to the table.
    void write_out();
    void committed();

    /// On any thread: what is committed and still in memory.
    std::optional<Seen> in_memory(const std::string& key) const;

private:
    std::size_t memory_max_;
    Statement find_, write_, drop_, set_written_to_;
    mutable std::mutex mutex_;  // guards kept_, which only the writer changes
    std::map<std::string, Seen> kept_;
    std::vector<std::pair<std::string, Seen>> added_;
    std::vector<std::string> written_;  // by this transaction
    std::string next_;                  // the table is written from this key on, round and round
    bool round_ended_ = false;          // in this transaction
    std::int64_t newest_ = 0;           // newest message with a key
    std::int64_t round_began_at_ = 0;   // newest_ when the round began
};

}  // namespace gw::store::sqlite
