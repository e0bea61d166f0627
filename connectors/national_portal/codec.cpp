// Wire form of the portal's services.
#include "connectors/national_portal/codec.hpp"

#include "connectors/kit/text.hpp"
#include "connectors/national_portal/session.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr std::string_view session_place = R"({"session":"***",)";
constexpr formats::JsonLimits snapshot_limits{8 << 20, 64, 20'000};

core::Result<Document> encode_item(
    const CodecParts& parts,
    const Said& said,
    const core::Operation& operation,
    const Document& canonical
) {
    const auto mapping = parts.library.find(operation.mapping, said.day);
    if (!mapping) return mapping.error();
    return mapping->encode(canonical, mapping_context(parts.options, said, parts.catalogue));
}

/// The frame around `data`, members in the order of national-portal.md 6.7.
Document frame(const Options& options, std::string_view service) {
    Document out = Document::object();
    if (options.transport == Transport::adapter) {
        out.set("session", Document::text("***"));
        out.set("madonvi", Document::text(options.madonvi));
    }
    out.set("service", Document::text(std::string(service)));
    return out;
}

core::Result<Document> encode_lines(
    const CodecParts& parts, const Said& said, const core::Claim& claim, const LaneMemory& memory
) {
    const core::Operation& op = *operation(push_progress);
    const auto lines = progress_lines(said, claim.event_kind);
    const auto first = static_cast<std::size_t>(memory.lines_of(claim.leg.id));
    const auto last =
        std::min(lines.size(), first + static_cast<std::size_t>(parts.options.lines_max));
    if (first >= lines.size())
        return core::give_up(
            "national_portal.no_line", "Sự kiện này không có dòng tiến độ nào để gửi."
        );
    Document data = Document::list();
    for (std::size_t i = first; i < last; ++i) {
        auto item = encode_item(parts, said, op, lines[i]);
        if (!item) return item.error();
        data.push(std::move(*item));
    }
    return data;
}

core::Result<Document> encode_data(
    const CodecParts& parts, const Said& said, const core::Claim& claim, const LaneMemory& memory
) {
    const std::string_view name = claim.leg.operation;
    if (name == push_progress) return encode_lines(parts, said, claim, memory);
    Document canonical = said.snapshot;
    Document dossier = with_files(parts.options, said);
    if (canonical.find("dossier") != nullptr) canonical.set("dossier", dossier);
    if (name == push_packet) {
        auto item = encode_item(parts, said, *operation(name), dossier);
        if (!item) return item.error();
        Document data = Document::list();
        data.push(std::move(*item));
        return data;
    }
    return encode_item(parts, said, *operation(name), canonical);
}

std::string_view service_in(const Document& call) {
    const Document* service = call.find("service");
    return service == nullptr ? std::string_view() : std::string_view(service->as_text());
}

std::string filled(std::string_view path, const Options& options) {
    std::string out(path);
    const auto at = out.find("{madonvi}");
    if (at != out.npos)
        out.replace(at, 9, connector_kit::percent_encode(core::qcvn102_agency(options.madonvi)));
    return out;
}

std::string bus_path(const Options& o, const Document& call, std::string_view service) {
    if (service == service_of(push_packet))
        return filled(call.text_of("isUpdating") == "True" ? o.update_path : o.create_path, o);
    if (service == service_of(push_progress)) return filled(o.progress_path, o);
    if (service == service_of(push_status)) return filled(o.status_path, o);
    return o.bus_prefix + "/" + std::string(service);
}

ports::HttpRequest bus_request(
    const Options& o, const Document& call, const connector_kit::Session& session
) {
    const std::string_view service = service_in(call);
    const PullService* pull = pull_service(service);
    ports::HttpRequest request;
    request.url = connector_kit::join_url(o.url, bus_path(o, call, service));
    request.method = pull != nullptr && !pull->post_on_bus ? "GET" : "POST";
    Document arguments = Document::object();
    for (const auto& member : call.members())
        if (member.name != "service") arguments.set(member.name, member.value);
    if (const Document* data = call.find("data")) {
        request.body = formats::write_json(*data);
    } else if (request.method == "POST") {
        request.body = formats::write_json(arguments);
    } else {
        char sep = '?';
        for (const auto& member : arguments.members()) {
            request.url +=
                sep + member.name + "=" + connector_kit::percent_encode(member.value.as_text());
            sep = '&';
        }
    }
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Authorization", "Bearer " + session.value);
    if (o.token_style == "B") request.headers.emplace_back("lgspaccesstoken", bus_access_token(o));
    request.connect_max = o.connect_max;
    return request;
}

}  // namespace

bool is_update(const Said& said, const LaneMemory& memory) {
    if (memory.known) return *memory.known;
    return said.portal_origin || said.imported;
}

core::Result<std::string> encode_push(
    const CodecParts& parts, const Said& said, const core::Claim& claim, const LaneMemory& memory
) {
    const std::string_view name = claim.leg.operation;
    if (operation(name) == nullptr)
        return core::give_up("national_portal.operation", "Kết nối không có dịch vụ này.");
    auto data = encode_data(parts, said, claim, memory);
    if (!data) return data.error();
    Document call = frame(parts.options, service_of(name));
    if (name == push_packet)
        call.set("isUpdating", Document::text(is_update(said, memory) ? "True" : "False"));
    if (name == push_status) call.set("type", Document::text("2"));
    call.set("data", std::move(*data));
    std::string bytes = formats::write_json(call);
    if (bytes.size() > parts.options.call_bytes_max)
        return core::give_up(
            "national_portal.too_large",
            "Gói tin lớn hơn giới hạn một lần gửi của Cổng. Giảm số giấy tờ trong hồ sơ."
        );
    return bytes;
}

std::string encode_pull(
    const Options& options, std::string_view service, const Document& arguments
) {
    Document call = frame(options, service);
    for (const auto& member : arguments.members()) call.set(member.name, member.value);
    return formats::write_json(call);
}

ports::HttpRequest adapter_request(const Options& o, std::string_view path, std::string body) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = connector_kit::join_url(o.url, path);
    char sep = '?';
    if (!o.dstcode.empty()) {
        request.url += sep + std::string("dstcode=") + o.dstcode;  // colons raw (transports.md 4)
        sep = '&';
    }
    if (!o.provider_url.empty())
        request.url +=
            sep + std::string("providerurl=") + connector_kit::percent_encode(o.provider_url);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Charset", "utf-8");
    if (!o.dstcode.empty() && o.dstcode_header) request.headers.emplace_back("dstcode", o.dstcode);
    if (!o.xroad_client.empty()) request.headers.emplace_back("X-Road-Client", o.xroad_client);
    request.connect_max = o.connect_max;
    request.body = std::move(body);
    return request;
}

ports::HttpRequest wire_request(
    const Options& o, std::string_view bytes, const connector_kit::Session& session
) {
    if (o.transport == Transport::adapter) {
        GW_ASSERT(bytes.starts_with(session_place));
        std::string body =
            R"({"session":)" + formats::write_json(Document::text(session.value)) + ",";
        body += bytes.substr(session_place.size());
        const auto service_at = bytes.find(R"("service":")") + 11;
        const auto service = bytes.substr(service_at, bytes.find('"', service_at) - service_at);
        const PullService* pull = pull_service(service);
        const bool share = pull != nullptr && pull->share;
        return adapter_request(
            o, share ? o.share_endpoint : o.integration_endpoint, std::move(body)
        );
    }
    const auto call = formats::read_json(bytes, snapshot_limits);
    GW_ASSERT(call.has_value());
    return bus_request(o, *call, session);
}

}  // namespace gw::national_portal
