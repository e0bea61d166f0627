// Hostile answers (F-235): each looks like a reply until somebody reads it carelessly.
#include "simulators/population/lies.hpp"
#include "simulators/population/soap.hpp"

#include <algorithm>

namespace sim::population {
namespace {

using kit::Answer;
using kit::Fault;

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";

Answer xml(std::string body) {
    Answer a;
    a.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    a.body = std::move(body);
    return a;
}

/// A reply whose name is `inside`, so that whoever expands it has it in the person's name.
std::string reply_with(std::string_view inside) {
    return enveloped(
        "<CongdanCollection xmlns=\"" + std::string(reply_namespace) +
        "\" SoCongDan=\"1\"><CongDan><HoVaTen><Ho/><ChuDem/><Ten>" + std::string(inside) +
        "</Ten></HoVaTen></CongDan></CongdanCollection>"
    );
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string out;
    out.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) out += piece;
    return out;
}

std::size_t size_of(const Fault& f, const char* name, std::size_t otherwise, std::size_t most) {
    auto n = f.number(name, static_cast<std::int64_t>(otherwise));
    return std::min(most, static_cast<std::size_t>(std::max<std::int64_t>(n, 0)));
}

/// Ten to the `levels`-th copies of one word.
Answer xml_bomb(const Fault& f) {
    std::string out(declaration);
    out += "<!DOCTYPE Envelope [<!ENTITY a0 \"MAU\">";
    auto levels = size_of(f, "levels", 10, 30);
    for (std::size_t i = 1; i <= levels; ++i)
        out += "<!ENTITY a" + std::to_string(i) + " \"" +
               repeated("&a" + std::to_string(i - 1) + ";", 10) + "\">";
    return xml(out + "]>" + reply_with("&a" + std::to_string(levels) + ";"));
}

Answer quadratic_blowup(const Fault& f) {
    auto n = size_of(f, "size", 50'000, 4U << 20);
    std::string out(declaration);
    out += "<!DOCTYPE Envelope [<!ENTITY a \"" + std::string(n, 'A') + "\">]>";
    return xml(out + reply_with(repeated("&a;", n / 3)));
}

Answer doctype(const Fault&) {
    return xml(std::string(declaration) + "<!DOCTYPE Envelope>" + reply_with("MẪU"));
}

Answer external_entity(const Fault& f) {
    auto what = xml_escape(f.param("url", "file:///etc/passwd"));
    std::string out(declaration);
    out += f.param("form") == "parameter"
               ? "<!DOCTYPE Envelope [<!ENTITY % x SYSTEM \"" + what + "\"> %x;]>"
               : "<!DOCTYPE Envelope [<!ENTITY x SYSTEM \"" + what + "\">]>";
    return xml(out + reply_with("&x;"));
}

/// A reply that begins well and never ends.
Answer endless(const Fault& f) {
    auto a =
        xml(std::string(declaration) + "<soapenv:Envelope xmlns:soapenv=\"" +
            std::string(soap_namespace) + "\"><soapenv:Body><CongdanCollection>");
    a.fate = kit::Fate::endless;
    a.filler = repeated("<CongDan><SoDinhDanh>020190000001</SoDinhDanh></CongDan>", 256);
    a.pause = core::Duration(f.number("pause_ms", 0));
    return a;
}

/// One byte now and then: no stall, no end.
Answer drip(const Fault& f) {
    auto a = endless(f);
    a.filler = " ";
    a.pause = core::Duration(f.number("pause_ms", 200));
    return a;
}

Answer oversized(const Fault& f) {
    return xml(
        std::string(declaration) +
        reply_with(std::string(size_of(f, "bytes", 8U << 20, 256U << 20), 'A'))
    );
}

Answer deep_xml(const Fault& f) {
    auto n = size_of(f, "levels", 20'000, 1U << 20);
    return xml(std::string(declaration) + reply_with(repeated("<a>", n) + repeated("</a>", n)));
}

Answer many_elements(const Fault& f) {
    return xml(
        std::string(declaration) + reply_with(repeated("<a/>", size_of(f, "n", 200'000, 4U << 20)))
    );
}

Answer many_attributes(const Fault& f) {
    std::string attributes;
    auto n = size_of(f, "n", 50'000, 1U << 20);
    for (std::size_t i = 0; i < n; ++i) attributes += " a" + std::to_string(i) + "=\"\"";
    return xml(std::string(declaration) + reply_with("<a" + attributes + "/>"));
}

struct Row {
    const char* name;
    Answer (*make)(const Fault&);
};
constexpr Row rows[] = {
    {"xml_bomb", xml_bomb},
    {"quadratic_blowup", quadratic_blowup},
    {"doctype", doctype},
    {"external_entity", external_entity},
    {"endless", endless},
    {"drip", drip},
    {"oversized", oversized},
    {"deep_xml", deep_xml},
    {"many_elements", many_elements},
    {"many_attributes", many_attributes}};

}  // namespace

std::optional<kit::Instead> attack(World& w, const Query& q, core::Instant now) {
    auto o = w.occasion(q, now);
    for (const auto& [name, make] : rows) {
        const auto* f = w.faults.strikes(name, o);
        if (!f) continue;
        kit::Instead lie;
        lie.fault = name;
        lie.answer = make(*f);
        return lie;
    }
    return {};
}

}  // namespace sim::population
