// The post's daily settlement: which collected money goes to the customer's account, as files.
#pragma once

#include "simulators/kit/faults.hpp"
#include "simulators/kit/transport_faults.hpp"
#include "simulators/vnpost/held.hpp"
#include "simulators/vnpost/options.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sim::vnpost {

struct SettlementFile {
    SettlementFile() = default;
    std::string name, csv, sha256;  // sha256: the content of <name>.sha256
    std::string customer;
    int lines = 0;
    std::int64_t sum = 0;
};

/// Money waits here until the next day at six, then becomes one file per customer and day.
class Settlements {
public:
    /// A parcel whose receiver paid, or (by a fault) one that went back and is settled all the
    /// same.
    void add(Parcel& parcel, core::Instant at);
    void make_due(const Options& options, kit::Switches& switches, core::Instant now);
    const std::map<std::string, SettlementFile>& files() const { return files_; }
    std::optional<core::Instant> next_due() const;
    void reset();

private:
    struct Waiting {
        Parcel* parcel;
        core::Instant at;
    };
    using DayOf = std::pair<std::int64_t, std::string>;  // when it is due (ms), customer
    void make(
        const Options& options,
        kit::Switches& switches,
        const DayOf& day,
        const std::vector<Waiting>& rows
    );
    std::map<DayOf, std::vector<Waiting>> waiting_;
    std::map<std::string, SettlementFile> files_;  // by name
};

}  // namespace sim::vnpost
