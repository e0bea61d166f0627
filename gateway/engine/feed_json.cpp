// Writes feed items as JSON.
#include "gateway/engine/feed_json.hpp"

#include "gateway/core/document.hpp"
#include "gateway/formats/json.hpp"

namespace gw::engine {

std::string event_json(const core::FeedItem& item) {
    using core::Document;
    const auto quoted = [](const std::string& text) {
        return formats::write_json(Document::text(text));
    };
    std::string json = "{\"id\":" + quoted(item.id) + ",\"type\":" + quoted(item.type) +
                       ",\"timestamp\":" + quoted(core::to_rfc3339(item.timestamp)) +
                       ",\"seq\":" + std::to_string(item.seq);
    if (!item.dossier.empty())
        json += ",\"dossier_code\":" + quoted(item.dossier) +
                ",\"dossier_seq\":" + std::to_string(item.dossier_seq);
    if (!item.actor.empty()) json += ",\"actor\":" + quoted(item.actor);
    json += ",\"data\":" + (item.data.empty() ? std::string("{}") : item.data) + "}";
    return json;
}

}  // namespace gw::engine
