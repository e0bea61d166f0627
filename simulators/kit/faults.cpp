// Fault switches: matching, counting, drawing.
#include "simulators/kit/faults.hpp"

#include "simulators/kit/json_writer.hpp"

#include <algorithm>
#include <charconv>

namespace sim::kit {
namespace {

bool fits(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return true;
    if (pattern.back() == '*') return text.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == text;
}

bool matches(const Fault& f, const Occasion& o) {
    return fits(f.service, o.service) && fits(f.dossier, o.dossier) && fits(f.field, o.field);
}

}  // namespace

std::string Fault::param(std::string_view name, std::string_view otherwise) const {
    auto it = params.find(std::string(name));
    return it == params.end() ? std::string(otherwise) : it->second;
}

std::int64_t Fault::number(std::string_view name, std::int64_t otherwise) const {
    auto text = param(name);
    std::int64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return text.empty() || error != std::errc() || end != text.data() + text.size() ? otherwise : n;
}

Faults::Faults(
    std::uint64_t seed, std::vector<std::string> partners, std::vector<std::string> known
)
    : seed_(seed), partners_(std::move(partners)), known_(std::move(known)) {}

std::string Faults::bare_name(std::string_view name) const {
    if (std::ranges::find(known_, name) != known_.end()) return std::string(name);
    auto dot = name.find('.');
    if (dot == std::string_view::npos) return {};
    auto partner = name.substr(0, dot);
    auto bare = name.substr(dot + 1);
    bool ours = partner == "*" || std::ranges::find(partners_, partner) != partners_.end();
    return ours && std::ranges::find(known_, bare) != known_.end() ? std::string(bare)
                                                                   : std::string();
}

std::optional<std::uint64_t> Faults::set(Fault fault) {
    auto bare = bare_name(fault.switch_name);
    if (bare.empty() || !(fault.probability >= 0.0 && fault.probability <= 1.0)) return {};
    ++revision_;
    fault.id = next_id_++;
    fault.matched = fault.fired = 0;
    // One stream for each switch: turning one on never changes what another one does.
    rows_[fault.id] = Row{bare, Random(mix(seed_ + fault.id, bare))};
    faults_.push_back(std::move(fault));
    return faults_.back().id;
}

const Fault* Faults::strikes(std::string_view name, const Occasion& occasion) {
    for (auto& f : faults_) {
        auto& row = rows_.at(f.id);
        if (row.bare != name || !matches(f, occasion)) continue;
        ++f.matched;
        if (f.matched <= f.after || (f.count > 0 && f.fired >= f.count)) continue;
        if (row.random.uniform() >= f.probability) continue;
        ++f.fired;
        return &f;
    }
    return nullptr;
}

const Fault* Faults::on(std::string_view name) const {
    for (const auto& f : faults_)
        if (rows_.at(f.id).bare == name && f.probability > 0) return &f;
    return nullptr;
}

std::size_t Faults::clear(std::uint64_t id) {
    ++revision_;
    rows_.erase(id);
    return faults_.remove_if([id](const Fault& f) { return f.id == id; });
}

std::size_t Faults::clear(std::string_view switch_name) {
    auto bare = bare_name(switch_name);
    std::vector<std::uint64_t> gone;
    for (const auto& f : faults_)
        if (f.switch_name == switch_name || (!bare.empty() && rows_.at(f.id).bare == bare))
            gone.push_back(f.id);
    for (auto id : gone) clear(id);
    return gone.size();
}

void Faults::clear() {
    ++revision_;
    faults_.clear();
    rows_.clear();
}

void Faults::reset(std::uint64_t seed) {
    clear();
    seed_ = seed;
    next_id_ = 1;
}

std::string Faults::list_json() const {
    JsonWriter w;
    w.array();
    for (const auto& f : faults_) {
        w.object()
            .field("id", f.id)
            .field("switch", f.switch_name)
            .field("probability", f.probability);
        w.field("count", f.count).field("after", f.after).key("match").object();
        if (!f.service.empty()) w.field("service", f.service);
        if (!f.dossier.empty()) w.field("dossier", f.dossier);
        if (!f.field.empty()) w.field("field", f.field);
        w.end_object().key("params").object();
        for (const auto& [k, v] : f.params) w.field(k, v);
        w.end_object().field("matched", f.matched).field("fired", f.fired).end_object();
    }
    return w.end_array().take();
}

}  // namespace sim::kit
