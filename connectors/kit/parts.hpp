// What a connector is built from and what it gives: the row type of connectors/all.cpp.
#pragma once

#include "connectors/kit/options.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/status.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/mapping/mapping.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/clock.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/facts.hpp"
#include "gateway/ports/http.hpp"
#include "gateway/ports/store.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::connector_kit {

/// Everything a connector may use. The pointers outlive what is built from them; none is null,
/// except `transitions` (then steps are not checked a second time before sending) and `calendar`
/// (then every day but Saturday and Sunday is a working day).
struct Parts {
    Parts() = default;
    std::string partner;  // configured id, also Leg::partner: "national_portal"
    ports::HttpClient* http = nullptr;
    ports::BlobStore* blobs = nullptr;
    ports::Store* store = nullptr;
    ports::Facts* facts = nullptr;
    ports::Clock* clock = nullptr;
    ports::Random* random = nullptr;
    const core::Transitions* transitions = nullptr;
    const core::Calendar* calendar = nullptr;
    mapping::Library library;
    mapping::Answers answers;  // mappings/<connector>/answers.toml
    std::map<std::string, core::Duration, std::less<>>
        total_max;  // by operation, where a province agreed otherwise
    /// How long one attempt of `operation` may take.
    core::Duration time_of(const core::Operation& operation) const {
        const auto agreed = total_max.find(operation.name);
        return agreed == total_max.end() ? operation.total_max : agreed->second;
    }
    OptionValues values;  // checked with check_options
    /// Where partners fetch files and the secret of those links; an option of the connector wins.
    /// May be empty.
    std::string files_base_url, files_secret;
};

/// One configured partner at work. Sink, source and jobs share one session and one catalogue.
struct Built {
    Built() = default;
    std::unique_ptr<ports::Sink> sink;      // nullptr: this connector cannot send
    std::unique_ptr<ports::Source> source;  // nullptr: this connector cannot receive
    std::vector<std::unique_ptr<ports::Job>> jobs;
    std::unique_ptr<ports::Lookup> lookup;  // nullptr: it answers no questions
};

struct ConnectorType {
    std::string_view name, summary;
    std::span<const OptionRow> options;
    std::span<const core::Operation> operations;
    /// Errors: stop "options.invalid" with every problem in `what`.
    core::Result<Built> (*build)(Parts parts) = nullptr;
};

}  // namespace gw::connector_kit
