// What a database file holds, read without the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct sqlite3;

namespace gw::test {

/// One connection that leaves the file as it is. What has moved to segments counts as if it were
/// still in its table.
class Probe {
public:
    explicit Probe(const std::string& path);
    ~Probe();
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    /// A digest of every row of every table; 0 when there is none. `without_epochs`: what a start
    /// changes by itself does not count.
    std::uint64_t contents(bool without_epochs);
    /// "ok", or what is wrong.
    std::string integrity();
    /// 0 also when the question cannot be asked.
    std::int64_t number(const std::string& sql);

private:
    sqlite3* db_ = nullptr;
    std::vector<std::string> segments_;  // names of their schemas

    void add_segments(const std::string& path);
    std::string all_of(const std::string& table) const;
};

}  // namespace gw::test
