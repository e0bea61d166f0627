// Procedures of the catalogue as dossiers are checked by them, read when somebody names them.
#pragma once

#include "gateway/core/procedure.hpp"
#include "gateway/ports/store.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gw::api {

/// The object that a partner's catalogue leaves when its whole list has been read: body
/// {"codes": […]} of everything listed.
inline constexpr std::string_view catalogue_kind = "catalogue", procedures_id = "procedures";

/// What was read is believed for a minute: a catalogue changes once a night.
class Procedures {
public:
    /// Afterwards find() answers for this code. Errors: those of the store.
    ports::Async<void> know(
        ports::Store& store, std::string tenant, std::string code, core::Instant now
    );
    /// nullptr: know() was not called. Valid until the next know().
    const core::ProcedureFacts* find(const std::string& tenant, const std::string& code) const;

private:
    struct List {
        List() = default;
        core::Instant read_at{};
        bool whole = false;
        std::multimap<std::string, std::string> codes;  // by short code
    };
    struct Entry {
        Entry() = default;
        core::Instant read_at{};
        core::ProcedureFacts facts;
    };
    ports::Async<void> read_list(ports::Store& store, std::string tenant, core::Instant now);
    ports::Async<std::vector<core::ProcedureVersion>> read_versions(
        ports::Store& store, std::string tenant, std::vector<std::string> codes
    );

    std::map<std::string, List> lists_;                                // by tenant
    std::map<std::pair<std::string, std::string>, Entry> procedures_;  // by tenant and code
};

}  // namespace gw::api
