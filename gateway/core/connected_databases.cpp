// National databases that were asked about a dossier.
#include "gateway/core/connected_databases.hpp"

#include "gateway/core/dossier_internal.hpp"

#include <algorithm>
#include <string>

namespace gw::core {

using namespace dossier_parts;

namespace {
constexpr const char* member = "connected_databases";
}

bool names_database(const Document& dossier, std::string_view name) {
    const Document* databases = dossier.find(member);
    if (databases == nullptr || !databases->is_list()) return false;
    const auto& names = databases->items();
    return std::any_of(names.begin(), names.end(), [name](const Document& one) {
        return one.as_text() == name;
    });
}

void name_database(Document& dossier, std::string_view name) {
    if (!dossier.is_object() || names_database(dossier, name)) return;
    Document& databases = list_in(dossier, member);
    if (databases.is_list()) databases.push(Document::text(std::string(name)));
}

std::optional<Change> note_database(
    const Document& current, std::string_view name, const CommandContext& context
) {
    if (names_database(current, name) || is_final(status_of(current))) return std::nullopt;
    Drafting draft(current, context);
    name_database(draft.dossier(), name);
    Document data = Document::object();
    data.set("version", Document::number(integer_of(draft.dossier(), "version")));
    data.set("changed", changed_names(current, draft.dossier()));
    draft.event("dossier.updated", context.now, draft.version_key());
    draft.feed("dossier.updated", std::move(data));
    Document answer = draft.dossier();
    return draft.finish(std::move(answer));
}

}  // namespace gw::core
