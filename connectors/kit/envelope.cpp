// Unwraps envelopes: layer by layer, each kept with its own code.
#include "connectors/kit/envelope.hpp"

#include "connectors/kit/text.hpp"
#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/mapping/answers.hpp"

#include <algorithm>
#include <array>

namespace gw::connector_kit {
namespace {

using core::Document;

constexpr std::size_t layers_max = 4;
constexpr std::array<std::string_view, 4> code_names{"error_code", "code", "errorCode", "status"};
constexpr std::array<std::string_view, 3> text_names{"message", "error_message", "msg"};
constexpr std::array<std::string_view, 4> result_names{"result", "data", "results", "content"};
/// Success words of the buses' own layers (transports.md, TR-6).
constexpr std::array<std::string_view, 4> bus_success{"0", "200", "SUCCESSFUL", "OK:"};

const Document* first_of(const Document& object, std::span<const std::string_view> names) {
    for (const auto name : names)
        if (const Document* found = object.find_ignoring_case(name)) return found;
    return nullptr;
}

std::string scalar(const Document* value) {
    if (value == nullptr || value->is_list() || value->is_object()) return {};
    return value->as_text();
}

bool has_code(const Document& value) {
    return value.is_object() && first_of(value, code_names) != nullptr;
}

/// A text that holds JSON, parsed; anything else as it is.
Document opened(const Document& value) {
    if (!value.is_text()) return value;
    const std::string& text = value.as_text();
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string::npos || (text[start] != '{' && text[start] != '[')) return value;
    formats::JsonLimits limits;
    limits.bytes_max = 32 << 20;
    limits.items_max = 100'000;
    auto inner = formats::read_json(text, limits);
    return inner ? std::move(*inner) : value;
}

Layer layer_of(const Document& object, bool outer) {
    Layer layer;
    layer.code = mapping::normalise_code(scalar(first_of(object, code_names)));
    layer.text = scalar(first_of(object, text_names));
    if (outer && std::find(bus_success.begin(), bus_success.end(), layer.code) != bus_success.end())
        layer.code = std::string("0");
    layer.is_error = layer.code != "0" && !layer.code.empty();
    return layer;
}

/// Where the next layer inwards is; nullptr: this is the innermost.
std::optional<Document> next_layer(const Document& object, Envelope envelope) {
    if (envelope == Envelope::nested)
        if (const Document* response = object.find_ignoring_case("response")) {
            Document inner = opened(*response);
            if (inner.is_object()) return inner;
        }
    if (envelope == Envelope::dual)
        if (const Document* message = first_of(object, text_names)) {
            Document inner = opened(*message);
            if (inner.is_object() || inner.is_list()) return inner;
        }
    // A reply in `result` or `data` that is a whole reply itself, as object or as text.
    if (const Document* held = first_of(object, result_names)) {
        Document inner = opened(*held);
        if (has_code(inner) && first_of(inner, text_names) != nullptr) return inner;
    }
    return std::nullopt;
}

void take_out(Document& value, int depth) {
    if (depth > 32) return;
    if (value.is_object()) {
        for (const auto name : {"inputSend", "session", "access_token", "token", "password"})
            if (value.find(name) != nullptr) value.set(name, Document::text("***"));
        for (auto& member : value.members()) take_out(member.value, depth + 1);
    }
    if (value.is_list())
        for (auto& item : value.items()) take_out(item, depth + 1);
}

}  // namespace

std::optional<Envelope> envelope_from_word(std::string_view word) {
    if (word == "direct") return Envelope::direct;
    if (word == "double") return Envelope::dual;
    if (word == "nested") return Envelope::nested;
    if (word == "data") return Envelope::data;
    return std::nullopt;
}

core::Result<Unwrapped> unwrap(const Document& body, Envelope envelope) {
    Unwrapped out;
    Document current = opened(body);  // a whole answer in quotes happens
    for (;;) {
        if (current.is_list() && !out.layers.empty()) {  // a bare result inside
            out.result = std::move(current);
            break;
        }
        if (!current.is_object()) return core::give_up("envelope.shape", "the answer is no object");
        if (!out.layers.empty() && !has_code(current)) {
            out.result = std::move(current);
            break;
        }
        if (out.layers.size() == layers_max)
            return core::give_up("envelope.too_deep", "the answer has more than four layers");
        if (current.find("inputSend") != nullptr && current.find("title") != nullptr)
            out.proxy_error = true;
        if (const Document* id = current.find("correlationId")) out.correlation = scalar(id);
        auto inner = next_layer(current, envelope);
        const bool outer = inner.has_value() || envelope == Envelope::data;
        out.layers.push_back(layer_of(current, outer));
        if (!inner) {
            if (const Document* held = first_of(current, result_names)) out.result = opened(*held);
            break;
        }
        current = std::move(*inner);
    }
    // The innermost error decides; without any error the innermost layer does.
    const Layer* deciding = &out.layers.back();
    for (auto layer = out.layers.rbegin(); layer != out.layers.rend(); ++layer)
        if (layer->is_error) {
            deciding = &*layer;
            break;
        }
    out.code = deciding->code;
    out.text = deciding->text;
    return out;
}

std::string evidence(std::string_view body) {
    constexpr std::size_t kept = 4096;
    auto parsed = formats::read_json(body);
    if (!parsed) return core::first_bytes(body, kept);
    take_out(*parsed, 0);
    return core::first_bytes(formats::write_json(*parsed), kept);
}

}  // namespace gw::connector_kit
