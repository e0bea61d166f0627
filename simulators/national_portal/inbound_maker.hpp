// Tools for composing inbound calls: wishes of the request, faults, files, invented people.
#pragma once

#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/sender.hpp"
#include "simulators/national_portal/world.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_portal::inbound {

struct Maker {
    World& w;
    const kit::Json& ask;  // the request of POST /sim/send
    core::Instant now;
    std::string service, dossier;

    /// Text member of the request, else `otherwise`.
    std::string wish(const char* name, std::string otherwise) const;
    std::size_t number(const char* name, std::size_t otherwise, std::size_t most) const;
    const kit::Fault* struck(const char* name) const;
};

struct Person {
    std::string name, citizen_number, phone, mail;
};
Person invented(const Maker& m);

std::string padded(std::uint64_t n, int width);
/// Begins a body's object; SecurityKey comes first when the sender proves itself with it.
void begin(kit::JsonWriter& out, const World& w);
Outgoing outgoing(const Maker& m, const char* kind, std::string body);
/// Bytes that begin like a PDF.
std::string pdf(World& w, std::size_t size);
/// As pdf(), or bytes that begin like a JPEG when the name says so.
std::string content_for(World& w, std::string_view name, std::size_t size);
/// With the faults of base64 (F-60).
std::string spelled_base64(const Maker& m, const std::string& content);
/// Offers a file under /files/<id>; returns its address.
std::string offer(const Maker& m, const std::string& name, std::string content);

std::vector<Outgoing> tax_notice(Maker m);
std::vector<Outgoing> tax_receipt(Maker m, std::string& why);

}  // namespace sim::national_portal::inbound
