// Tools for composing inbound calls.
#include "simulators/national_portal/inbound_maker.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace sim::national_portal::inbound {

std::string Maker::wish(const char* name, std::string otherwise) const {
    auto text = kit::text_at(ask, name);
    return text.empty() ? otherwise : text;
}

std::size_t Maker::number(const char* name, std::size_t otherwise, std::size_t most) const {
    auto text = kit::text_at(ask, name);
    std::size_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    bool bad = text.empty() || error != std::errc() || end != text.data() + text.size();
    return bad ? otherwise : std::min(n, most);
}

const kit::Fault* Maker::struck(const char* name) const {
    kit::Occasion o;
    o.service = service;
    o.dossier = dossier;
    o.now = now;
    return w.faults.strikes(name, o);
}

std::string padded(std::uint64_t n, int width) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%0*llu", width, static_cast<unsigned long long>(n));
    return text.data();
}

void begin(kit::JsonWriter& out, const World& w) {
    out.object();
    auto proof = w.options.inbound_proof;
    if (proof == Proof::security_key || proof == Proof::both)
        out.field("SecurityKey", w.options.security_key);
}

Outgoing outgoing(const Maker& m, const char* kind, std::string body) {
    Outgoing o;
    o.kind = kind;
    o.service = m.service;
    o.dossier = m.dossier;
    o.path = m.w.options.inbound_base + "/" + m.service;
    o.body = std::move(body);
    o.forged = m.struck("inbound_bad_signature") != nullptr;
    if (const auto* f = m.struck("inbound_duplicate"))
        o.copies_left = static_cast<int>(f->number("copies", 1));
    return o;
}

std::string pdf(World& w, std::size_t size) {
    std::string out = "%PDF-1.4\n% tài liệu mẫu\n";
    while (out.size() + 7 < size) out += static_cast<char>('a' + w.words.below(26));
    return out + "\n%%EOF\n";
}

std::string content_for(World& w, std::string_view name, std::size_t size) {
    if (!name.ends_with(".jpg")) return pdf(w, size);
    std::string out = "\xFF\xD8\xFF\xE0";
    while (out.size() < size) out += static_cast<char>('a' + w.words.below(26));
    return out;
}

std::string spelled_base64(const Maker& m, const std::string& content) {
    auto text = kit::base64(content);
    if (m.struck("base64_linebreaks"))
        for (std::size_t at = 76; at < text.size(); at += 78) text.insert(at, "\r\n");
    if (m.struck("inbound_base64_broken")) text.insert(text.size() / 2, "*#");
    return text;
}

std::string offer(const Maker& m, const std::string& name, std::string content) {
    auto id = padded(m.w.words.next(), 20) + padded(m.w.words.next(), 20);
    OfferedFile f;
    f.name = name;
    f.type = name.ends_with(".jpg") ? "image/jpeg" : "application/pdf";
    f.content = std::move(content);
    f.missing = m.struck("inbound_missing_files") != nullptr;
    m.w.files[id] = std::move(f);
    return m.w.options.public_url + "/files/" + id;
}

Person invented(const Maker& m) {
    static constexpr const char* names[] = {
        "TRẦN THỊ MẪU", "NGUYỄN VĂN THỬ", "LÊ THỊ GIẢ", "PHẠM VĂN VÍ", "HOÀNG THỊ DỤ"};
    auto n = m.w.words.below(100);
    Person p;
    p.name = m.wish("name", names[m.w.words.below(5)]);
    p.citizen_number = m.wish("citizen_number", "0201900000" + padded(n, 2));
    if (m.struck("inbound_placeholder_id")) p.citizen_number = "000000000";
    p.phone = m.wish("phone", "01000000" + padded(n, 2));
    p.mail = "mau" + padded(n, 2) + "@cong-dan.test";
    return p;
}

}  // namespace sim::national_portal::inbound
