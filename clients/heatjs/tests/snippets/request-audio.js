var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestAudio({
instruction: "Pronounce the word",
attachments_type: "text",
attachments: [ "encyclopedia" ]
}).then(function (res) {
// handle response here
});
