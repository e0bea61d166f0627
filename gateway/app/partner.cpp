// Builds partners from configuration.
#include "gateway/app/partner.hpp"

#include "connectors/all.hpp"
#include "gateway/engine/sync_feed.hpp"

#include <algorithm>
#include <stdexcept>

namespace gw::app {
namespace {
const connector_kit::ConnectorType* type_of(std::string_view name) {
    for (const auto& type : connectors::all())
        if (type.name == name) return &type;
    return nullptr;
}

OptionType to_option_type(const connector_kit::OptionRow& row) {
    if (row.secret) return OptionType::secret;
    switch (row.type) {
        case connector_kit::OptionType::number:
            return OptionType::integer;
        case connector_kit::OptionType::flag:
            return OptionType::boolean;
        case connector_kit::OptionType::duration:
            return OptionType::duration;
        case connector_kit::OptionType::size:
            return OptionType::size;
        case connector_kit::OptionType::list:
            return OptionType::texts;
        default:
            return OptionType::text;
    }
}

/// The connector's own options in the form it reads: durations with their unit, lists with commas.
connector_kit::OptionValues connector_values(
    const Config& config, const std::string& id, const connector_kit::ConnectorType& type
) {
    connector_kit::OptionValues values;
    for (const auto& row : type.options) {
        const std::string path = "partner." + id + "." + std::string(row.name);
        if (!config.has(path)) continue;
        std::string value = config.text(path);
        if (row.type == connector_kit::OptionType::duration) value += "ms";
        if (row.type == connector_kit::OptionType::list)
            std::replace(value.begin(), value.end(), '\n', ',');
        values[std::string(row.name)] = std::move(value);
    }
    return values;
}

/// A section of an operation that the connector does not have would be read by nobody.
void check_operations(
    const Config& config,
    const std::string& at,
    const connector_kit::ConnectorType& type,
    std::vector<std::string>& problems
) {
    std::string known;
    for (const auto& operation : type.operations)
        known += (known.empty() ? "" : ", ") + std::string(engine::short_name(operation.name));
    for (const auto& name : config.names(at + ".operation")) {
        const std::string path = at + ".operation." + name;
        if (std::any_of(type.operations.begin(), type.operations.end(), [&](const auto& operation) {
                return engine::short_name(operation.name) == name;
            }))
            continue;
        auto place = config.place(path + ".settle_time");
        if (place.empty()) place = config.place(path + ".total_max");
        problems.push_back(place + "[" + path + "]: there is no such operation. Known: " + known);
    }
}

/// When the partner may be called; what cannot be read becomes a problem.
core::Opening read_opening(
    const Config& config, const std::string& at, std::vector<std::string>& problems
) {
    core::Opening opening;
    for (const auto& text : config.texts(at + ".open_hours"))
        if (const auto row = core::parse_open_hours(text))
            opening.hours.push_back(*row);
        else
            problems.push_back(
                config.place(at + ".open_hours") + "[" + at + "] open_hours: \"" + text +
                "\" is not like \"Mon-Fri 07:00-17:30\""
            );
    for (const auto& text : config.texts(at + ".maintenance"))
        if (const auto row = core::parse_maintenance(text))
            opening.maintenance.push_back(*row);
        else
            problems.push_back(
                config.place(at + ".maintenance") + "[" + at + "] maintenance: \"" + text +
                "\" is not like \"2026-11-28T22:00:00+07:00/2026-11-29T02:00:00+07:00\""
            );
    return opening;
}

/// What each agency has of the day's calls; what cannot be meant becomes a problem.
core::CallShares read_call_shares(
    const Config& config, const std::string& at, std::vector<std::string>& problems
) {
    core::CallShares shares;
    int all = 0;
    const auto problem = [&](const std::string& what) {
        const std::string path = at + ".call_shares";
        problems.push_back(config.place(path) + "[" + at + "] call_shares: " + what);
    };
    for (const auto& text : config.texts(at + ".call_shares")) {
        const auto row = core::parse_call_share(text);
        if (!row)
            problem("\"" + text + "\" is not like \"H56 40\", an agency and its percent");
        else if (!shares.insert(*row).second)
            problem(row->first + " stands there twice");
        else
            all += row->second;
    }
    if (all > 100) problem("together they are " + std::to_string(all) + " percent");
    if (!shares.empty() && config.integer(at + ".calls_per_day") == 0)
        problem("there is nothing to share without calls_per_day");
    return shares;
}

engine::DispatcherOptions dispatcher_options(
    const Config& config, const std::string& id, std::span<const core::Operation> operations
) {
    const std::string at = "partner." + id + ".";
    engine::DispatcherOptions o;
    o.partner = id;
    o.concurrency_max = static_cast<int>(config.integer(at + "concurrency"));
    o.concurrency_start = std::min(o.concurrency_start, o.concurrency_max);
    o.rate_per_s = config.number(at + "rate");
    o.burst = config.number(at + "burst");
    o.calls_per_day = config.integer(at + "calls_per_day");
    std::vector<std::string> problems;  // told by check_partner
    o.opening = read_opening(config, "partner." + id, problems);
    o.call_shares = read_call_shares(config, "partner." + id, problems);
    o.breaker.latency = config.duration(at + "latency");
    core::RetryPolicy retry = core::default_policy(core::Urgency::p2);
    retry.base = config.duration(at + "retry_base");
    retry.cap = config.duration(at + "retry_cap");
    retry.floor = config.duration(at + "retry_floor");
    retry.timeout_floor = config.duration(at + "timeout_floor");
    const core::RetryPolicy standard = core::default_policy(core::Urgency::p2);
    if (retry.base != standard.base || retry.cap != standard.cap || retry.floor != standard.floor ||
        retry.timeout_floor != standard.timeout_floor)
        o.retry = retry;
    core::ResolverPolicy resolver;
    resolver.ask_at = config.durations(at + "ask_at");
    resolver.not_found_gap = config.duration(at + "not_found_gap");
    resolver.give_up_after = config.duration(at + "unknown_give_up");
    o.resolver = resolver;
    for (const auto& operation : operations) {
        const std::string path =
            at + "operation." + std::string(engine::short_name(operation.name)) + ".settle_time";
        o.settle_times[std::string(operation.name)] =
            config.has(path) ? config.duration(path) : operation.settle_time;
    }
    o.breaker.open_min = config.duration(at + "breaker_open");
    o.breaker.open_max = std::max(o.breaker.open_max, o.breaker.open_min);
    return o;
}
}  // namespace

std::optional<std::vector<OptionRow>> connector_options(std::string_view connector) {
    const auto* type = type_of(connector);
    if (type == nullptr) return std::nullopt;
    std::vector<OptionRow> rows;
    for (const auto& row : type->options) {
        OptionRow out;
        out.path = "partner.*." + std::string(row.name);
        out.type = to_option_type(row);
        out.fallback = row.secret ? "" : std::string(row.default_value);
        out.required = row.required;
        out.help_en = row.help_en;
        out.help_vi = row.help_vi;
        if (row.secret) out.range.least = row.bytes_min;
        rows.push_back(std::move(out));
    }
    return rows;
}

net::ClientTls partner_tls(const Config& config, const std::string& id) {
    const std::string at = "partner." + id + ".";
    net::ClientTls tls;
    tls.authorities_pem = config.text(at + "authorities");
    tls.certificate_pem = config.text(at + "client_certificate");
    tls.private_key_pem = config.text(at + "client_key");
    return tls;
}

std::vector<core::Route> routes_of(
    const Config& config,
    const std::string& id,
    const Tables& tables,
    std::vector<mapping::Problem>* problems
) {
    const std::string at = "partner." + id;
    const auto file = tables.routes.find(config.text(at + ".connector"));
    if (file == tables.routes.end()) return {};
    mapping::Settings settings;
    for (const auto& [name, value] : config.section(at)) settings[name] = value;
    auto routes = mapping::load_routes(file->second.toml, file->second.file, settings, problems);
    if (!routes) return {};
    for (auto& route : *routes) {
        route.partner = id;
        // The file names the connector; a text goes to the partner that was chosen for its channel.
        for (auto& [pointer, value] : route.when)
            if (pointer == "/notice/provider") value = id;
    }
    return std::move(*routes);
}

std::vector<std::string> check_partner(
    const Config& config, const std::string& id, const Tables& tables
) {
    std::vector<std::string> problems;
    const std::string at = "partner." + id, connector = config.text(at + ".connector");
    const auto* type = type_of(connector);
    if (type == nullptr) return {"[" + at + "]: there is no connector \"" + connector + "\""};
    for (const auto& p :
         connector_kit::check_options(type->options, connector_values(config, id, *type)))
        problems.push_back(
            config.place(at + "." + p.option) + "[" + at + "] " + p.option + ": " + p.what
        );
    check_operations(config, at, *type, problems);
    read_opening(config, at, problems);
    read_call_shares(config, at, problems);
    if (!tables.answers.contains(connector))
        problems.push_back("[" + at + "]: mappings/" + connector + "/answers.toml is missing");
    std::vector<mapping::Problem> said;
    const auto routes = routes_of(config, id, tables, &said);
    for (const auto& p : said)
        problems.push_back(p.file + ":" + std::to_string(p.line) + ": " + p.what);
    for (const auto& route : routes)
        for (const auto& name : route.operations)
            if (std::none_of(
                    type->operations.begin(),
                    type->operations.end(),
                    [&](const core::Operation& o) { return o.name == name; }
                ))
                problems.push_back(
                    tables.routes.find(connector)->second.file + ": operation " + name +
                    " does not exist"
                );
    return problems;
}

Partner build_partner(const Config& config, const std::string& id, const Shared& shared) {
    std::string all;
    for (const auto& problem : check_partner(config, id, *shared.tables)) all += problem + "\n";
    if (!all.empty()) throw std::runtime_error(all);
    const std::string at = "partner." + id, connector = config.text(at + ".connector");
    const auto* type = type_of(connector);
    Partner partner;
    partner.id = id;
    partner.name_vi = config.text(at + ".name_vi");
    partner.http = std::make_unique<net::CurlClient>(shared.ex, partner_tls(config, id));
    connector_kit::Parts parts;
    parts.partner = id;
    partner.traced_http = std::make_unique<engine::TracedHttp>(*partner.http, *shared.random);
    parts.http = partner.traced_http.get();
    parts.blobs = shared.blobs;
    parts.store = shared.store;
    parts.facts = shared.facts;
    parts.clock = shared.clock;
    parts.random = shared.random;
    parts.transitions = &shared.tables->transitions;
    parts.calendar = &shared.tables->calendar;
    parts.library = shared.tables->library;
    parts.answers = shared.tables->answers.find(connector)->second;
    parts.values = connector_values(config, id, *type);
    for (const auto& operation : type->operations) {
        const std::string path =
            at + ".operation." + std::string(engine::short_name(operation.name)) + ".total_max";
        if (config.has(path)) parts.total_max[std::string(operation.name)] = config.duration(path);
    }
    auto built = type->build(std::move(parts));
    if (!built) throw std::runtime_error("[" + at + "]: " + built.error().what);
    partner.built = std::move(*built);
    if (partner.built.sink)
        partner.built.sink =
            std::make_unique<engine::TracedSink>(std::move(partner.built.sink), *shared.random);
    partner.operations = type->operations;
    partner.routes = routes_of(config, id, *shared.tables, nullptr);
    auto options = dispatcher_options(config, id, type->operations);
    options.calendar = shared.tables->calendar;
    options.turns = shared.turns;
    if (!partner.built.sink) return partner;
    partner.dispatcher = std::make_unique<engine::Dispatcher>(
        shared.ex,
        std::move(options),
        *shared.store,
        *partner.built.sink,
        *shared.clock,
        *shared.random,
        *shared.wakes,
        shared.hooks
    );
    shared.wakes->on_partner(id, [to = partner.dispatcher.get()] { to->wake(); });
    return partner;
}

}  // namespace gw::app
