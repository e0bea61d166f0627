// Effects on dossiers, each counted.
#include "simulators/national_portal/register.hpp"

#include <algorithm>
#include <charconv>

namespace sim::national_portal {
namespace {

using kit::Json;
using Lists = std::map<std::string, std::vector<Texts>>;

std::string view(const Json& name) {
    return {name.GetString(), name.GetStringLength()};
}

/// Scalars as texts, lists inside as JSON.
Texts flat(const Json& object) {
    Texts out = kit::texts_of(object);
    for (const auto& m : object.GetObject())
        if (m.value.IsArray() || m.value.IsObject()) out[view(m.name)] = kit::json_text(m.value);
    return out;
}

std::vector<Texts> rows(const Json& list) {
    std::vector<Texts> out;
    for (const auto& one : list.GetArray())
        out.push_back(one.IsObject() ? flat(one) : Texts{{"", kit::json_text(one)}});
    return out;
}

Lists lists_of(const Json& item) {
    Lists out;
    for (const auto& m : item.GetObject())
        if (m.value.IsArray()) out[view(m.name)] = rows(m.value);
    return out;
}

int number(const std::string& text) {
    int n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

void take(HeldDossier& d, const Json& item) {
    d.fields = kit::texts_of(item);
    d.lists = lists_of(item);
    d.has_packet = true;
}

}  // namespace

std::string_view name_of(Effect effect) {
    switch (effect) {
        case Effect::create:
            return "create";
        case Effect::update:
            return "update";
        case Effect::repeat:
            return "repeat";
        case Effect::line:
            return "line";
        case Effect::duplicate_line:
            return "duplicate_line";
        case Effect::status:
            return "status";
    }
    return "none";
}

const HeldDossier* Register::find(std::string_view code) const {
    auto it = held_.find(std::string(code));
    return it == held_.end() ? nullptr : &it->second;
}

HeldDossier& Register::at(const std::string& code, core::Instant now) {
    auto [it, made] = held_.try_emplace(code);
    if (made) {
        it->second.code = code;
        it->second.first_seen = now;
    }
    return it->second;
}

Effect Register::put(const Json& item, bool update, core::Instant now) {
    auto code = kit::text_at(item, "MaHoSo");
    bool is_new = !knows(code);
    auto& d = at(code, now);
    Packet p;
    p.status = number(kit::text_at(item, "TrangThaiHoSo"));
    p.update = update;
    p.arrived = now;
    p.raw = kit::json_text(item);
    bool same = d.has_packet && d.fields == kit::texts_of(item) && d.lists == lists_of(item);
    p.effect = !same;
    if (same) {
        ++d.repeats;
    } else {
        take(d, item);
        ++(is_new ? d.creates : d.updates);
        d.last_changed = now;
        if (d.status() != p.status) d.statuses.push_back(p.status);
    }
    d.packets.push_back(std::move(p));
    if (d.packets.size() > packets_max_) {
        d.packets.erase(d.packets.begin());
        ++d.packets_dropped;
    }
    return same ? Effect::repeat : is_new ? Effect::create : Effect::update;
}

Effect Register::add_line(const Json& line, core::Instant now) {
    auto& d = at(kit::text_at(line, "MaHoSo"), now);
    ProgressLine l;
    l.fields = kit::texts_of(line);
    l.status = number(kit::text_at(line, "TrangThai"));
    l.arrived = now;
    l.duplicate = std::ranges::any_of(d.progress, [&l](const ProgressLine& held) {
        return held.fields == l.fields;
    });
    d.duplicate_lines += l.duplicate;
    d.last_changed = now;
    bool duplicate = l.duplicate;
    d.progress.push_back(std::move(l));
    return duplicate ? Effect::duplicate_line : Effect::line;
}

Effect Register::add_status(const Json& data, core::Instant now) {
    auto& d = at(kit::text_at(data, "MaHoSo"), now);
    StatusMessage m;
    m.fields = kit::texts_of(data);
    if (const auto* files = kit::member(data, "TaiLieuXuLy"); files && files->IsArray())
        m.files = rows(*files);
    m.status = number(kit::text_at(data, "TrangThai"));
    m.arrived = now;
    if (!d.status_messages.empty() && d.status_messages.back().fields == m.fields &&
        d.status_messages.back().files == m.files) {
        ++d.repeats;
        return Effect::repeat;
    }
    d.last_changed = now;
    d.status_messages.push_back(std::move(m));
    return Effect::status;
}

void Register::file_here(const std::string& code, const Json& item, core::Instant now) {
    auto& d = at(code, now);
    d.portal_origin = true;
    d.fields = kit::texts_of(item);
    d.lists = lists_of(item);
    d.last_changed = now;
    if (d.statuses.empty()) d.statuses.push_back(1);
}

bool Register::forget(const std::string& code) {
    auto node = held_.extract(code);
    if (node.empty()) return false;
    forgotten_.insert_or_assign(code, std::move(node.mapped()));
    return true;
}

bool Register::roll_back(const std::string& code) {
    auto it = held_.find(code);
    if (it == held_.end() || it->second.statuses.size() < 2) return false;
    auto& d = it->second;
    int before = d.statuses[d.statuses.size() - 2];
    auto older = std::find_if(d.packets.rbegin(), d.packets.rend(), [before](const Packet& p) {
        return p.effect && p.status == before;
    });
    kit::JsonDocument doc;
    if (older == d.packets.rend() || !kit::parse_json(doc, older->raw)) return false;
    take(d, doc);
    d.statuses.pop_back();
    return true;
}

void Register::clear() {
    held_.clear();
    forgotten_.clear();
}

}  // namespace sim::national_portal
