// The register of dossiers: what full packets, progress lines and status messages do to it.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_portal/held.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sim::national_portal {

/// What one call changed.
enum class Effect { create, update, repeat, line, duplicate_line, status };
std::string_view name_of(Effect effect);

class Register {
public:
    explicit Register(std::size_t packets_max) : packets_max_(packets_max) {}

    const std::map<std::string, HeldDossier>& all() const { return held_; }
    /// Null: not held.
    const HeldDossier* find(std::string_view code) const;
    /// Held and known as a dossier: filed here, or created by a packet.
    bool knows(std::string_view code) const { return find(code) != nullptr; }

    /// Takes a checked packet. Create when the code is new, else update; equal content is a repeat.
    Effect put(const kit::Json& item, bool update, core::Instant now);
    /// Takes a checked line; the dossier is held. Equal lines are stored again and counted.
    Effect add_line(const kit::Json& line, core::Instant now);
    /// Takes a checked status message; the dossier is held.
    Effect add_status(const kit::Json& data, core::Instant now);
    /// A dossier filed on the portal itself; status 1.
    void file_here(const std::string& code, const kit::Json& item, core::Instant now);

    /// F-65: as if it had never been sent; remembered in forgotten().
    bool forget(const std::string& code);
    /// F-66: back to the packet before the newest change of status. false: there is none.
    bool roll_back(const std::string& code);
    const std::map<std::string, HeldDossier>& forgotten() const { return forgotten_; }
    void clear();

private:
    HeldDossier& at(const std::string& code, core::Instant now);
    std::size_t packets_max_;
    std::map<std::string, HeldDossier> held_, forgotten_;
};

}  // namespace sim::national_portal
