var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestAnnotationsWithMultipleChoice({
instruction: "Mark all the cats in the image",
attachments_type: "image",
attachments: [ "http://i.imgur.com/2hOoEp1.jpg" ],
per_annotation: {
instruction: "What color is the cat",
choices_type: "text",
choices: [ "gray", "white", "black", "ginger" ]
}
}).then(function (res) {
// handle response here
});
