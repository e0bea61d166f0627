// Mapping files: dated data that turn a canonical document into a partner's fields and back. Pure
// once loaded, but for codes that a person adds.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time.hpp"
#include "gateway/mapping/codes.hpp"
#include "gateway/mapping/problem.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::mapping {

/// Values that are not in the document: configuration of the partner, flags computed by the
/// connector, options.
using Context = core::Document;

/// One version of one mapping, compiled to a flat plan.
class Mapping {
public:
    struct Impl;
    /// `day`: the day it was asked for; code lists are read as of it.
    Mapping(std::shared_ptr<const Impl> impl, core::Day day) : impl_(std::move(impl)), day_(day) {}
    /// Canonical -> wire. Order of the result = order of the file.
    /// Errors: give_up "mapping.required", "mapping.too_long", "mapping.format"; hold
    /// "code_unmapped" (names field, code and list). All messages name the wire field and the
    /// canonical path, never the value.
    core::Result<core::Document> encode(const core::Document& canonical, const Context& context)
        const;
    /// Wire -> canonical. Missing and empty wire fields stay missing. Unknown codes: kept raw under
    /// "<path>_raw" and listed in `unmapped` when not null, else hold "code_unmapped".
    core::Result<core::Document> decode(
        const core::Document& wire,
        const Context& context,
        std::vector<std::string>* unmapped = nullptr
    ) const;
    std::string_view name() const;
    std::string_view version() const;
    /// Namespace and prefix, in the order of the file: formats::XmlStyle::prefixes.
    const std::vector<std::pair<std::string, std::string>>& prefixes() const;

private:
    std::shared_ptr<const Impl> impl_;
    core::Day day_;
};

/// All mappings and code lists of a folder tree, checked together.
class Library {
public:
    /// `read(path)`: content of a file below the mappings folder
    /// ("national_portal/DongBoHoSoMC.toml"). `files`: all such paths. Reports every problem at
    /// once.
    static core::Result<Library> load(
        const std::vector<std::string>& files,
        const std::function<core::Result<std::string>(const std::string&)>& read,
        std::vector<Problem>* problems
    );
    /// The version valid on `day`. Errors: hold "mapping_missing".
    core::Result<Mapping> find(std::string_view name, core::Day day) const;
    /// Errors: stop "codes.unknown".
    core::Result<const CodeList*> codes(std::string_view name) const;
    std::vector<std::string> names() const;
    /// "vnpost.province", sorted.
    std::vector<std::string> code_lists() const;
    /// A code somebody added: it holds from now on in every mapping of this library and of its
    /// copies. Errors: those of codes().
    core::Result<void> put_code(std::string_view list, CodeRow row) const;

    struct Impl;
    Library() = default;
    explicit Library(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

private:
    std::shared_ptr<const Impl> impl_;
};

}  // namespace gw::mapping
