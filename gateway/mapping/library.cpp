// All mappings and code lists of a folder tree.
#include "gateway/mapping/load.hpp"

#include <algorithm>
#include <chrono>

namespace gw::mapping {

struct Library::Impl {
    std::map<std::string, std::vector<std::shared_ptr<const Mapping::Impl>>, std::less<>> mappings;
    CodesByName codes;
};

namespace {
std::string folder_of(const std::string& path) {
    return path.substr(0, path.find('/'));
}
std::string name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

bool is_mapping(const std::string& path) {
    const std::string name = name_of(path);
    const bool other = name == "codes.toml" || name == "answers.toml" || name == "routes.toml" ||
                       name == "templates.toml";
    const bool toml = path.ends_with(".toml");
    return toml && !other && path.find('/') != std::string::npos &&
           path.find("/cases/") == std::string::npos;
}

std::string day_text(const core::Day& day) {
    return core::to_iso_day(day);
}

/// Sorts the versions of one name and reports overlaps and gaps between them.
void check_versions(
    std::vector<std::shared_ptr<const Mapping::Impl>>& versions, std::vector<Problem>& problems
) {
    std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
        return a->from.value_or(core::Day{}) < b->from.value_or(core::Day{});
    });
    for (std::size_t i = 1; i < versions.size(); ++i) {
        const auto& before = *versions[i - 1];
        const auto& after = *versions[i];
        if (!after.from) continue;
        if (!before.to || *before.to >= *after.from) {
            problems.push_back(
                {after.file,
                 after.line,
                 1,
                 after.name + ": overlaps with " + before.file + "; end that one before " +
                     day_text(*after.from)}
            );
        } else if (std::chrono::sys_days(*before.to) + std::chrono::days(1) != std::chrono::sys_days(*after.from)) {
            problems.push_back(
                {after.file,
                 after.line,
                 1,
                 after.name + ": no version between " + day_text(*before.to) + " (" + before.file +
                     ") and " + day_text(*after.from) + "; close the gap"}
            );
        }
    }
}
}  // namespace

core::Result<Library> Library::load(
    const std::vector<std::string>& files,
    const std::function<core::Result<std::string>(const std::string&)>& read,
    std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    auto impl = std::make_shared<Impl>();
    std::vector<std::string> sorted = files;
    std::sort(sorted.begin(), sorted.end());
    const auto text_of = [&](const std::string& file) {
        auto text = read(file);
        if (!text) found.push_back({file, 0, 0, "cannot be read: " + text.error().what});
        return text;
    };
    for (const auto& file : sorted)
        if (name_of(file) == "codes.toml")
            if (const auto text = text_of(file))
                load_codes(file, folder_of(file), *text, read, impl->codes, found);
    for (const auto& file : sorted) {
        if (!is_mapping(file)) continue;
        const auto text = text_of(file);
        if (!text) continue;
        if (auto plan = load_mapping(file, *text, impl->codes, found))
            impl->mappings[plan->name].push_back(plan);
    }
    for (auto& [name, versions] : impl->mappings) check_versions(versions, found);
    if (found.size() > before)
        return core::give_up(
            "mapping.invalid",
            std::to_string(found.size() - before) +
                " problems in mapping files, first: " + found[before].file + ":" +
                std::to_string(found[before].line) + ": " + found[before].what
        );
    return Library(std::move(impl));
}

core::Result<Mapping> Library::find(std::string_view name, core::Day day) const {
    if (impl_)
        if (const auto found = impl_->mappings.find(name); found != impl_->mappings.end())
            for (const auto& version : found->second)
                if (*version->from <= day && (!version->to || day <= *version->to))
                    return Mapping(version, day);
    return core::Error(
        core::Advice::hold,
        core::Blame::ours,
        "mapping_missing",
        "no version of mapping " + std::string(name) + " is valid on " + day_text(day)
    );
}

core::Result<const CodeList*> Library::codes(std::string_view name) const {
    if (impl_)
        if (const auto found = impl_->codes.find(name); found != impl_->codes.end())
            return &found->second->list;
    return core::Error(
        core::Advice::stop, core::Blame::ours, "codes.unknown", "no code list " + std::string(name)
    );
}

std::vector<std::string> Library::names() const {
    std::vector<std::string> out;
    if (impl_)
        for (const auto& entry : impl_->mappings) out.push_back(entry.first);
    return out;
}

std::vector<std::string> Library::code_lists() const {
    std::vector<std::string> out;
    if (impl_)
        for (const auto& entry : impl_->codes) out.push_back(entry.first);
    return out;
}

core::Result<void> Library::put_code(std::string_view list, CodeRow row) const {
    const auto known = codes(list);
    if (!known) return known.error();
    impl_->codes.find(list)->second->list.put(std::move(row));
    return {};
}

core::Result<core::Document> Mapping::encode(
    const core::Document& canonical, const Context& context
) const {
    if (!impl_->out)
        return core::Error(
            core::Advice::stop,
            core::Blame::ours,
            "mapping.direction",
            impl_->name + " is read only"
        );
    return encode_with(*impl_, day_, canonical, context);
}

core::Result<core::Document> Mapping::decode(
    const core::Document& wire, const Context& context, std::vector<std::string>* unmapped
) const {
    if (!impl_->in)
        return core::Error(
            core::Advice::stop, core::Blame::ours, "mapping.direction", impl_->name + " only writes"
        );
    return decode_with(*impl_, day_, wire, context, unmapped);
}

std::string_view Mapping::name() const {
    return impl_->name;
}
std::string_view Mapping::version() const {
    return impl_->version;
}
const std::vector<std::pair<std::string, std::string>>& Mapping::prefixes() const {
    return impl_->prefixes;
}

}  // namespace gw::mapping
